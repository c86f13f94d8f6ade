package dev.jbuild.image;

import dev.jbuild.oci.DiffId;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.snapshot.LayerStack;
import dev.jbuild.store.LayerStore.StoredLayer;
import dev.jbuild.store.Store;
import java.io.InputStream;
import java.util.Optional;

/** Makes directories of layers' tars. */
final class LayerDirectories {
    private LayerDirectories() {}

    /**
     * Unpacks a tar, which must have this digest, as a layer of the store.
     *
     * @param lower what it lies on, if that is there already
     * @return nothing if the layer can't be unpacked rightly before its lower layers are there
     */
    static Optional<StoredLayer> unpack(Store store, InputStream tar, DiffId diffId, Optional<LayerStack> lower)
            throws JbuildException {
        throw new UnsupportedOperationException(store.toString() + tar + diffId + lower);
    }

    /** Makes a layer of a root file system's tar: not the tar's bytes count but what unpacking it gives. */
    static StoredLayer recapture(Store store, InputStream tar) throws JbuildException {
        throw new UnsupportedOperationException(store.toString() + tar);
    }
}
