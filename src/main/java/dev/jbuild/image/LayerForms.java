package dev.jbuild.image;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.jbuild.layer.Compression;
import dev.jbuild.layer.DigestingOutputStream;
import dev.jbuild.layer.LayerDirectoryTar;
import dev.jbuild.layer.LayerEntry;
import dev.jbuild.layer.LayerIndex;
import dev.jbuild.oci.Descriptor;
import dev.jbuild.oci.DiffId;
import dev.jbuild.oci.Digest;
import dev.jbuild.problem.EnvironmentError;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.problem.StoreCorrupted;
import dev.jbuild.snapshot.PackedLayers;
import dev.jbuild.store.BlobStore;
import dev.jbuild.store.CacheRecords.About;
import dev.jbuild.store.CacheRecords.CacheRecord;
import dev.jbuild.store.CacheType;
import dev.jbuild.store.LayerStore.StoredLayer;
import dev.jbuild.store.Store;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Layers in other forms than the one they are kept in: compressed, or with their times set back. What was made once is
 * remembered. Safe for use by many threads.
 */
final class LayerForms {
    private static final int BUFFER = 128 * 1024;
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final Store store;
    private final LayerBlobs blobs;

    LayerForms(Store store) {
        this.store = store;
        this.blobs = new LayerBlobs(store);
    }

    /** A layer as a manifest and a configuration are to name it. */
    record Formed(Descriptor blob, DiffId diffId) {}

    /**
     * The layer compressed in a certain way. Its bytes are in the blob store, but for those of a plain one that its
     * directory gives.
     *
     * @return {@code layer} itself if it is compressed that way already
     */
    Descriptor compressed(Descriptor layer, DiffId diffId, Compression wanted, OptionalInt level)
            throws JbuildException {
        if (Compression.ofLayerType(layer.mediaType()).equals(Optional.of(wanted))) {
            return layer;
        }
        String type = layer.mediaType().startsWith("application/vnd.docker.")
                ? wanted.dockerLayerType().orElseThrow()
                : wanted.ociLayerType().orElseThrow();
        if (wanted == Compression.NONE) {
            return plain(layer, diffId, type);
        }
        Digest key = key("compressed layer, format 1: " + form(wanted, level) + " " + diffId);
        Optional<Formed> known = known(key, type);
        if (known.isPresent()) {
            return known.get().blob();
        }
        long began = System.nanoTime();
        Descriptor made = ingest(type, out -> {
            try (OutputStream compressing = wanted.compress(new KeptOpen(out), level)) {
                blobs.copyTarTo(layer, diffId, compressing);
            }
        });
        remember(key, new Formed(made, diffId), diffId + " as " + form(wanted, level), began);
        return made;
    }

    /** Puts the bytes of a layer that isn't compressed into the blob store. */
    void store(Descriptor plain, DiffId diffId) throws JbuildException {
        if (!store.blobs().has(plain.digest())) {
            ingest(plain.mediaType(), out -> blobs.copyTo(plain, diffId, out));
        }
    }

    private static String form(Compression wanted, OptionalInt level) {
        return wanted + (level.isPresent() ? " level " + level.getAsInt() : "");
    }

    /** The original tar where there is one: a directory made from it need not give the same bytes. */
    private Descriptor plain(Descriptor layer, DiffId diffId, String type) throws JbuildException {
        Optional<Long> size = store.blobs().size(diffId.digest());
        if (size.isPresent()) {
            return new Descriptor(type, diffId.digest(), size.get());
        }
        Optional<StoredLayer> stored = store.layers().find(diffId);
        if (stored.isPresent() && !store.blobs().has(layer.digest())) {
            return new Descriptor(type, diffId.digest(), stored.get().summary().tarSize());
        }
        return ingest(type, out -> blobs.copyTarTo(layer, diffId, out));
    }

    /**
     * The layer without any time after {@code latest}, compressed in a certain way.
     *
     * @param layer one that the store has in some form
     */
    Formed clamped(Descriptor layer, DiffId diffId, Instant latest, Compression wanted, OptionalInt level)
            throws JbuildException {
        Digest key =
                key("clamped layer, format 1: " + form(wanted, level) + " " + latest.getEpochSecond() + " " + diffId);
        String type = wanted.ociLayerType().orElseThrow();
        Optional<Formed> known = known(key, type);
        if (known.isPresent()) {
            return known.get();
        }
        StoredLayer stored = new PackedLayers(store)
                .find(diffId)
                .orElseThrow(() -> new StoreCorrupted(
                        "layer " + diffId + " isn't in the store", "build the image again with --no-cache"));
        LayerIndex index = clamped(stored.index(), latest.getEpochSecond());
        if (index.equals(stored.index())) {
            return new Formed(compressed(layer, diffId, wanted, level), diffId);
        }
        long began = System.nanoTime();
        stored.fetch();
        Formed made = write(index, stored, layer, wanted, level, type);
        remember(key, made, diffId + " with older times, as " + form(wanted, level), began);
        return made;
    }

    private static LayerIndex clamped(LayerIndex index, long latest) {
        return LayerIndex.of(
                index.entries().stream().map(entry -> clamped(entry, latest)).toList());
    }

    private static LayerEntry clamped(LayerEntry entry, long latest) {
        return entry.mtimeSeconds() <= latest ? entry : entry.withMtimeSeconds(latest);
    }

    private Formed write(
            LayerIndex index, StoredLayer stored, Descriptor layer, Compression wanted, OptionalInt level, String type)
            throws JbuildException {
        try (BlobStore.Ingest ingest = store.blobs().ingest()) {
            // That the files are still what they were shows only in the tar that they were captured as.
            blobs.copyTarTo(layer, stored.summary().diffId(), OutputStream.nullOutputStream());
            Digest tar;
            try (OutputStream compressing = wanted.compress(new KeptOpen(ingest.output()), level)) {
                tar = writeTar(index, stored.directory(), compressing);
            }
            return new Formed(ingest.commit(type), new DiffId(tar));
        } catch (IOException e) {
            throw failed(e);
        }
    }

    private static Digest writeTar(LayerIndex index, Path directory, OutputStream out) throws IOException {
        DigestingOutputStream tar = new DigestingOutputStream(out);
        BufferedOutputStream buffered = new BufferedOutputStream(tar, BUFFER);
        LayerDirectoryTar.write(index, directory, buffered);
        buffered.flush();
        return tar.digest();
    }

    private Descriptor ingest(String type, LayerBlobs.Writing writing) throws JbuildException {
        try (BlobStore.Ingest ingest = store.blobs().ingest()) {
            writing.to(ingest.output());
            return ingest.commit(type);
        } catch (IOException e) {
            throw failed(e);
        }
    }

    private static EnvironmentError failed(IOException e) {
        return new EnvironmentError("a layer can't be written to the store: " + e.getMessage(), e);
    }

    private static Digest key(String what) {
        return Digest.sha256(what.getBytes(StandardCharsets.UTF_8));
    }

    private void remember(Digest key, Formed made, String what, long began) throws JbuildException {
        About about = new About(CacheType.INTERNAL, "layer " + what, Duration.ofNanos(System.nanoTime() - began));
        String body = "{\"digest\":\"" + made.blob().digest() + "\",\"size\":"
                + made.blob().size() + ",\"diffId\":\"" + made.diffId() + "\"}";
        store.records()
                .put(new CacheRecord(key, body, List.of(), List.of(made.blob().digest()), about));
    }

    private Optional<Formed> known(Digest key, String type) throws JbuildException {
        Optional<CacheRecord> kept = store.records().find(key);
        if (kept.isEmpty() || kept.get().blobs().size() != 1) {
            return Optional.empty();
        }
        Digest digest = kept.get().blobs().get(0);
        Optional<Long> size = store.blobs().size(digest);
        Optional<DiffId> diffId = diffId(kept.get().body());
        return size.isEmpty() || diffId.isEmpty()
                ? Optional.empty()
                : Optional.of(new Formed(new Descriptor(type, digest, size.get()), diffId.get()));
    }

    private static Optional<DiffId> diffId(String body) {
        try {
            JsonNode json = MAPPER.readTree(body).path("diffId");
            return json.isTextual() ? Optional.of(DiffId.parse(json.asText())) : Optional.empty();
        } catch (JsonProcessingException | IllegalArgumentException e) {
            // As if it weren't there: it is made again.
            return Optional.empty();
        }
    }
}
