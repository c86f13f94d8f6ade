/**
 * Text to located, typed instructions: lexer, parser, heredocs, variable expansion, ignore patterns, lint.
 *
 * <p>A file goes through three stages: {@code FileParser} joins physical lines into {@code Node}s, {@code
 * InstructionReader} gives these types, and {@code StageReader} collects them into the stages of a {@link
 * dev.jbuild.buildfile.Buildfile}. Variables stay in the text until an {@link dev.jbuild.buildfile.Expansion} is applied
 * to an instruction, as their values are known only then.
 *
 * <p>{@link dev.jbuild.buildfile.Linter} checks a file, and {@link dev.jbuild.buildfile.Outline} lists what its build can be
 * given, by walking its stages with their variables, asking for the little that does not stand in the file through {@link
 * dev.jbuild.buildfile.Surroundings}.
 *
 * <p>Where BuildKit has a quirk that a Buildfile's meaning depends on, it is kept; where it garbles text (flags that are
 * not ASCII) it is not.
 *
 * <p>Invariant: pure; the same text gives the same instructions, each with its source range. Whatever the text, only
 * {@link dev.jbuild.problem.UserError} is thrown.
 */
@NullMarked
package dev.jbuild.buildfile;

import org.jspecify.annotations.NullMarked;
