package dev.jbuild.image;

import dev.jbuild.oci.Descriptor;
import dev.jbuild.oci.DiffId;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.store.Store;
import java.io.IOException;
import java.io.OutputStream;

/**
 * The bytes of layers: from the blob store if they are there, else made from the layer's directory. Safe for use by many
 * threads.
 */
public final class LayerBlobs {
    private final Store store;

    public LayerBlobs(Store store) {
        this.store = store;
    }

    /** Whether {@link #copyTo} can give the bytes of this layer. */
    public boolean has(Descriptor layer, DiffId diffId) throws JbuildException {
        throw new UnsupportedOperationException(layer + diffId.toString() + store);
    }

    /** Writes the bytes that {@code layer} describes, as they stand (compressed if it is). */
    public void copyTo(Descriptor layer, DiffId diffId, OutputStream out) throws JbuildException, IOException {
        throw new UnsupportedOperationException(layer + diffId.toString() + out);
    }

    /** Writes a layer's uncompressed tar. */
    public void copyTarTo(Descriptor layer, DiffId diffId, OutputStream out) throws JbuildException, IOException {
        throw new UnsupportedOperationException(layer + diffId.toString() + out);
    }
}
