/**
 * Source policies: which images, files and repositories a build may use, and what it uses in place of others.
 *
 * <p>{@link dev.jbuild.graph.policy.SourcePolicy} is the entry. Names of sources, selectors and the order of rules follow
 * BuildKit (sourcepolicy).
 *
 * <p>Invariant: pure; rules come as values.
 */
@NullMarked
package dev.jbuild.graph.policy;

import org.jspecify.annotations.NullMarked;
