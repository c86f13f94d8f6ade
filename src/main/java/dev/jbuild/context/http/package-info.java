/**
 * Files behind HTTP addresses.
 *
 * <p>{@link dev.jbuild.context.http.HttpSource} is the entry: it downloads a file into the store and remembers what the
 * server said of it, so that the next build asks whether it changed before it downloads again, as BuildKit does
 * (source/http).
 *
 * <p>Invariant: content is streamed, never held in memory; credentials go only to the host they are for.
 */
@NullMarked
package dev.jbuild.context.http;

import org.jspecify.annotations.NullMarked;
