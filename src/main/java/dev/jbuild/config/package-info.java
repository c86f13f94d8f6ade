/**
 * Settings as tables, from which the manual is made. Pure: it says which settings there are; only {@code cli} reads their
 * values.
 */
@NullMarked
package dev.jbuild.config;

import org.jspecify.annotations.NullMarked;
