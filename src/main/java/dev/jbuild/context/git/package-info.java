/**
 * Git repositories, through the git program of this machine.
 *
 * <p>{@link dev.jbuild.context.git.GitSource} is the entry: it finds the commit that an address means (one {@code
 * ls-remote}), fetches it into a bare repository of the store, one for each address, and puts its files into a directory.
 * What addresses, refs and submodules mean follows BuildKit (source/git).
 *
 * <p>Invariant: git runs with no configuration, hooks, templates, prompts or protocols but those given here; nothing from
 * a Buildfile can become an option of it.
 */
@NullMarked
package dev.jbuild.context.git;

import org.jspecify.annotations.NullMarked;
