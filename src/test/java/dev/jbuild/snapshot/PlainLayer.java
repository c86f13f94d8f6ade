package dev.jbuild.snapshot;

import dev.jbuild.layer.LayerIndex;
import dev.jbuild.layer.LayerSummary;
import dev.jbuild.store.LayerStore.StoredLayer;
import java.nio.file.Path;

/** A layer that is in no store. */
record PlainLayer(LayerSummary summary, LayerIndex index, Path directory) implements StoredLayer {}
