package dev.jbuild.image;

import dev.jbuild.layer.Compression;
import dev.jbuild.layer.DigestingOutputStream;
import dev.jbuild.layer.LayerDirectoryTar;
import dev.jbuild.oci.Descriptor;
import dev.jbuild.oci.DiffId;
import dev.jbuild.oci.Digest;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.problem.StoreCorrupted;
import dev.jbuild.store.LayerStore.StoredLayer;
import dev.jbuild.store.Store;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Optional;

/**
 * The bytes of layers: from the blob store if they are there, else made from the layer's directory. Safe for use by many
 * threads.
 */
public final class LayerBlobs {
    private static final int BUFFER = 128 * 1024;

    private final Store store;

    public LayerBlobs(Store store) {
        this.store = store;
    }

    /** Whether {@link #copyTo} can give the bytes of this layer. */
    public boolean has(Descriptor layer, DiffId diffId) throws JbuildException {
        return store.blobs().has(layer.digest())
                || (isPlain(layer) && store.layers().find(diffId).isPresent());
    }

    private static boolean isPlain(Descriptor layer) {
        return Compression.ofLayerType(layer.mediaType()).equals(Optional.of(Compression.NONE));
    }

    /** Writes the bytes that {@code layer} describes, as they stand (compressed if it is). */
    public void copyTo(Descriptor layer, DiffId diffId, OutputStream out) throws JbuildException, IOException {
        if (store.blobs().has(layer.digest())) {
            try (InputStream in = store.blobs().open(layer.digest())) {
                in.transferTo(out);
            }
        } else if (isPlain(layer)) {
            derive(diffId, out);
        } else {
            throw missing(layer.digest());
        }
    }

    /** Writes a layer's uncompressed tar. */
    public void copyTarTo(Descriptor layer, DiffId diffId, OutputStream out) throws JbuildException, IOException {
        Digest plain = diffId.digest();
        if (store.blobs().has(plain)) {
            try (InputStream in = store.blobs().open(plain)) {
                in.transferTo(out);
            }
        } else if (store.blobs().has(layer.digest())) {
            try (InputStream in = Compression.decompress(store.blobs().open(layer.digest()))) {
                in.transferTo(out);
            }
        } else {
            derive(diffId, out);
        }
    }

    private static StoreCorrupted missing(Digest layer) {
        return new StoreCorrupted("layer " + layer + " isn't in the store", "pull or build the image again");
    }

    private void derive(DiffId diffId, OutputStream out) throws JbuildException, IOException {
        StoredLayer layer = store.layers().find(diffId).orElseThrow(() -> missing(diffId.digest()));
        DigestingOutputStream digesting = new DigestingOutputStream(out);
        BufferedOutputStream buffered = new BufferedOutputStream(digesting, BUFFER);
        LayerDirectoryTar.write(layer.index(), layer.directory(), buffered);
        buffered.flush();
        if (!digesting.digest().equals(diffId.digest())) {
            throw new StoreCorrupted(
                    "the files of layer " + diffId + " have changed since it was made",
                    "`jbuild store verify --repair` mends it if it can; else build or pull the image again");
        }
    }

    /** Writes bytes somewhere. */
    @FunctionalInterface
    interface Writing {
        void to(OutputStream out) throws JbuildException, IOException;
    }
}
