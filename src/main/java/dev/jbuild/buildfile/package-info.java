/**
 * Text to located, typed instructions: lexer, parser, heredocs, variable expansion, ignore patterns.
 *
 * <p>Invariant: pure; the same text gives the same instructions, each with its source range.
 */
@NullMarked
package dev.jbuild.buildfile;

import org.jspecify.annotations.NullMarked;
