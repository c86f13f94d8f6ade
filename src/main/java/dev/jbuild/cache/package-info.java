/**
 * Cache keys and the durable map from key to result.
 *
 * <p>Invariant: a key says everything that the result depends on and nothing else.
 */
@NullMarked
package dev.jbuild.cache;

import org.jspecify.annotations.NullMarked;
