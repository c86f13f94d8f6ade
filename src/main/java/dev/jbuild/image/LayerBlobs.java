package dev.jbuild.image;

import dev.jbuild.layer.Compression;
import dev.jbuild.layer.DigestingOutputStream;
import dev.jbuild.layer.LayerDirectoryTar;
import dev.jbuild.oci.Descriptor;
import dev.jbuild.oci.DiffId;
import dev.jbuild.oci.Digest;
import dev.jbuild.problem.EnvironmentError;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.problem.StoreCorrupted;
import dev.jbuild.store.BlobStore;
import dev.jbuild.store.CacheRecords.CacheRecord;
import dev.jbuild.store.LayerStore.StoredLayer;
import dev.jbuild.store.Store;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
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

    /** Writes the bytes of {@code wanted}, which {@link #compressed} made of {@code layer}. */
    void copyTarOrBlobTo(Descriptor layer, Descriptor wanted, DiffId diffId, OutputStream out)
            throws JbuildException, IOException {
        if (isPlain(wanted)) {
            copyTarTo(layer, diffId, out);
        } else {
            copyTo(wanted, diffId, out);
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
                    "remove the image and build or pull it again");
        }
    }

    /**
     * The layer compressed in a certain way, with its bytes in the blob store. What was compressed once is remembered.
     *
     * @return {@code layer} itself if it is compressed that way already
     */
    Descriptor compressed(Descriptor layer, DiffId diffId, Compression wanted) throws JbuildException {
        if (Compression.ofLayerType(layer.mediaType()).equals(Optional.of(wanted))) {
            return layer;
        }
        String type = layer.mediaType().startsWith("application/vnd.docker.")
                ? wanted.dockerLayerType().orElseThrow()
                : wanted.ociLayerType().orElseThrow();
        if (wanted == Compression.NONE) {
            return plain(layer, diffId, type);
        }
        Digest key = Digest.sha256(
                ("compressed layer, format 1: " + wanted + " " + diffId).getBytes(StandardCharsets.UTF_8));
        Optional<Descriptor> known = known(key, type);
        if (known.isPresent()) {
            return known.get();
        }
        Descriptor made = compress(layer, diffId, wanted, type);
        store.records()
                .put(new CacheRecord(
                        key,
                        "{\"digest\":\"" + made.digest() + "\",\"size\":" + made.size() + "}",
                        List.of(),
                        List.of(made.digest())));
        return made;
    }

    private Descriptor plain(Descriptor layer, DiffId diffId, String type) throws JbuildException {
        Optional<StoredLayer> stored = store.layers().find(diffId);
        if (stored.isPresent()) {
            return new Descriptor(type, diffId.digest(), stored.get().summary().tarSize());
        }
        return ingest(type, out -> copyTarTo(layer, diffId, out));
    }

    private Optional<Descriptor> known(Digest key, String type) throws JbuildException {
        Optional<CacheRecord> kept = store.records().find(key);
        if (kept.isEmpty() || kept.get().blobs().size() != 1) {
            return Optional.empty();
        }
        Digest digest = kept.get().blobs().get(0);
        return store.blobs().size(digest).map(size -> new Descriptor(type, digest, size));
    }

    private Descriptor compress(Descriptor layer, DiffId diffId, Compression wanted, String type)
            throws JbuildException {
        return ingest(type, out -> {
            try (OutputStream compressing = wanted.compress(new KeptOpen(out))) {
                copyTarTo(layer, diffId, compressing);
            }
        });
    }

    /** Writes bytes somewhere. */
    @FunctionalInterface
    interface Writing {
        void to(OutputStream out) throws JbuildException, IOException;
    }

    private Descriptor ingest(String type, Writing writing) throws JbuildException {
        try (BlobStore.Ingest ingest = store.blobs().ingest()) {
            writing.to(ingest.output());
            return ingest.commit(type);
        } catch (IOException e) {
            throw new EnvironmentError("a layer can't be written to the store: " + e.getMessage(), e);
        }
    }

    /** Keeps the stream below open when a compressor closes what it writes to. */
    private static final class KeptOpen extends java.io.FilterOutputStream {
        KeptOpen(OutputStream out) {
            super(out);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            out.write(bytes, offset, length);
        }

        @Override
        public void close() throws IOException {
            flush();
        }
    }
}
