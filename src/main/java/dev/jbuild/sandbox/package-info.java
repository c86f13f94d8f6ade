/**
 * The port "run one process over these mounts" and its implementation by the native program
 * {@code jbuild-sandbox}.
 *
 * <p>Invariant: the JVM never mounts and never enters a namespace; policy is computed here, the native program only
 * carries it out. Does not know {@code snapshot}: it receives directories.
 */
@NullMarked
package dev.jbuild.sandbox;

import org.jspecify.annotations.NullMarked;
