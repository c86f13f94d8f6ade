/**
 * What an image is made of, told: configuration and history, in the shapes that docker's users and their scripts know;
 * what its layers hold and waste ({@link dev.jbuild.inspect.LayerAnalysis}), and in what two images differ ({@link
 * dev.jbuild.inspect.ImageDiff}). Whatever tells what a layer did takes it from {@link dev.jbuild.inspect.LayerReplay}: the
 * analysis, the tree of a layer's changes, and the history of a path.
 *
 * <p>Invariant: a report is computed from values alone, with no store and no clock. {@code cli} gathers the values and
 * prints the reports.
 */
@NullMarked
package dev.jbuild.inspect;

import org.jspecify.annotations.NullMarked;
