package dev.jbuild.snapshot;

import dev.jbuild.layer.LayerIndex;
import dev.jbuild.layer.LayerSummary;

/**
 * An unpacked layer.
 *
 * @param selfContained whether the archive alone says all: every parent has an entry, every hard link leads to a file of
 *     this layer. If not, applying it over other lower layers could have given something else.
 */
public record Applied(LayerSummary summary, LayerIndex index, boolean selfContained) {}
