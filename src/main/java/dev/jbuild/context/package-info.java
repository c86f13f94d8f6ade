/**
 * Build inputs: directories, filtered by ignore rules, with the digests of what they hold; and files from other machines
 * ({@code http}) and repositories ({@code git}).
 *
 * <p>A {@link dev.jbuild.context.SourceTree} is what COPY and bind mounts take files from; the root file system of a
 * stage is one too (in the solver). {@link dev.jbuild.context.IgnoreFile} finds and reads the rules that belong to a
 * Buildfile and a context.
 *
 * <p>Invariant: the content of nothing outside the context root is ever read, whoever changes the context meanwhile ({@code
 * ContextFiles}), and no native code is loaded.
 */
@NullMarked
package dev.jbuild.context;

import org.jspecify.annotations.NullMarked;
