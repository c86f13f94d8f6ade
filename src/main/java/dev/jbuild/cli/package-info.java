/**
 * Commands, console rendering, exit codes, and {@code Main}: the only room that prints or reads the environment.
 */
@NullMarked
package dev.jbuild.cli;

import org.jspecify.annotations.NullMarked;
