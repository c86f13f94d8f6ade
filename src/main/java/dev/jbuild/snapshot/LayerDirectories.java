package dev.jbuild.snapshot;

import dev.jbuild.layer.LayerSummary;
import dev.jbuild.oci.DiffId;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.problem.StoreCorrupted;
import dev.jbuild.store.LayerStore.StoredLayer;
import dev.jbuild.store.LayerStore.WorkArea;
import dev.jbuild.store.Store;
import java.io.InputStream;
import java.util.Optional;

/** Makes directories of layers' tars. */
public final class LayerDirectories {
    private LayerDirectories() {}

    /**
     * Unpacks a tar, which must have this digest, as a layer of the store.
     *
     * @param lower what it lies on, if that is there already
     * @return nothing if the layer can't be unpacked rightly before its lower layers are there
     */
    public static Optional<StoredLayer> unpack(Store store, InputStream tar, DiffId diffId, Optional<LayerStack> lower)
            throws JbuildException {
        try (WorkArea area = store.layers().workArea()) {
            Optional<Applied> applied = lower.isPresent()
                    ? Optional.of(Apply.apply(tar, area.upper(), lower.get(), store.limits()))
                    : Apply.applyAlone(tar, area.upper(), store.limits());
            if (applied.isEmpty()) {
                return Optional.empty();
            }
            LayerSummary summary = applied.get().summary();
            if (!summary.diffId().equals(diffId)) {
                throw new StoreCorrupted(
                        "a layer's content has the digest " + summary.diffId() + " but it should be " + diffId);
            }
            return Optional.of(
                    store.layers().commit(area, summary, applied.get().index()));
        }
    }

    /** Makes a layer of a root file system's tar: not the tar's bytes count but what unpacking it gives. */
    public static StoredLayer recapture(Store store, InputStream tar) throws JbuildException {
        try (WorkArea area = store.layers().workArea()) {
            Apply.apply(tar, area.upper(), LayerStack.EMPTY, store.limits());
            Captured captured = Capture.capture(area.upper(), LayerStack.EMPTY.view());
            return store.layers().commit(area, captured.summary(), captured.index());
        }
    }
}
