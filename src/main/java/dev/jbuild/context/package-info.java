/**
 * Build inputs: directories and archives, filtered by ignore rules, with the digests of what they hold.
 *
 * <p>Invariant: nothing outside the context root is ever read.
 */
@NullMarked
package dev.jbuild.context;

import org.jspecify.annotations.NullMarked;
