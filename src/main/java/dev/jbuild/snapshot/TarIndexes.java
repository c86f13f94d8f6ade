package dev.jbuild.snapshot;

import dev.jbuild.layer.IndexedTar;
import dev.jbuild.layer.LayerSummary;
import dev.jbuild.oci.DiffId;
import dev.jbuild.oci.Digest;
import dev.jbuild.problem.EnvironmentError;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.store.BlobStore;
import dev.jbuild.store.CacheRecords.CacheRecord;
import dev.jbuild.store.Store;
import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.InflaterInputStream;

/**
 * What the store remembers of the tars of its layers, so that these needn't be read again: an index each. One of a tar that came
 * from elsewhere is compressed; one that jbuild wrote shares its bytes with the index of the tar before it. Safe for use by
 * many threads.
 */
public final class TarIndexes {
    /** The first byte of what is compressed, and of nothing else here. */
    private static final int DEFLATED = 0x78;

    private final Store store;

    public TarIndexes(Store store) {
        this.store = store;
    }

    /** Looks a record up. */
    private interface LookUp {
        Optional<CacheRecord> find(Digest key) throws JbuildException;
    }

    private static Digest key(List<DiffId> chain) {
        return Digest.sha256(("index of a layer's tar, format 2: " + chain).getBytes(StandardCharsets.UTF_8));
    }

    /** What is known of the topmost layer of a chain. */
    public Optional<IndexedTar> find(List<DiffId> chain) throws JbuildException {
        return find(chain, store.records()::find);
    }

    /** As {@link #find}, but it counts as no use of what is known. */
    public Optional<IndexedTar> peek(List<DiffId> chain) throws JbuildException {
        return find(chain, store.records()::peek);
    }

    private Optional<IndexedTar> find(List<DiffId> chain, LookUp records) throws JbuildException {
        Optional<IndexedTar> alone = whole(key(chain.subList(chain.size() - 1, chain.size())), records);
        return alone.isPresent() || chain.size() == 1 ? alone : whole(key(chain), records);
    }

    private Optional<IndexedTar> whole(Digest key, LookUp records) throws JbuildException {
        Optional<Digest> blob = blob(key, records);
        if (blob.isEmpty()) {
            return Optional.empty();
        }
        try (InputStream in = store.blobs().open(blob.get())) {
            byte[] bytes = in.readAllBytes();
            if (!Digest.sha256(bytes).equals(blob.get())) {
                return Optional.empty();
            }
            try (InputStream plain = plain(new ByteArrayInputStream(bytes))) {
                return Optional.of(IndexedTar.parse(plain.readAllBytes()));
            }
        } catch (IOException e) {
            // As if it weren't there: it is made again.
            return Optional.empty();
        }
    }

    /** What a layer is called and how long its tar is, for less than the whole index costs. */
    Optional<LayerSummary> summary(DiffId layer) throws JbuildException {
        Optional<Digest> blob = blob(key(List.of(layer)), store.records()::find);
        if (blob.isEmpty()) {
            return Optional.empty();
        }
        try (InputStream in = plain(new BufferedInputStream(store.blobs().open(blob.get()), 1024))) {
            LayerSummary summary = IndexedTar.parseSummary(in.readNBytes(IndexedTar.HEAD));
            return summary.diffId().equals(layer) ? Optional.of(summary) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** @param in one that can go back */
    private static InputStream plain(InputStream in) throws IOException {
        in.mark(1);
        int first = in.read();
        in.reset();
        return first == DEFLATED ? new InflaterInputStream(in) : in;
    }

    private Optional<Digest> blob(Digest key, LookUp records) throws JbuildException {
        Optional<CacheRecord> kept = records.find(key);
        if (kept.isEmpty() || kept.get().blobs().size() != 1) {
            return Optional.empty();
        }
        Digest blob = kept.get().blobs().get(0);
        return store.blobs().has(blob) ? Optional.of(blob) : Optional.empty();
    }

    /**
     * Remembers what a tar holds.
     *
     * @param chain the layer alone, last, if its tar says all; else also those that it lies on
     */
    public void put(List<DiffId> chain, IndexedTar tar) throws JbuildException {
        Deflater deflater = new Deflater(Deflater.BEST_SPEED);
        try (BlobStore.Ingest ingest = store.blobs().ingest()) {
            OutputStream out = new DeflaterOutputStream(ingest.output(), deflater, 1 << 16);
            out.write(tar.toBytes());
            out.close();
            record(chain, ingest.commit("").digest());
        } catch (IOException e) {
            throw failed(chain, e);
        } finally {
            deflater.end();
        }
    }

    private void record(List<DiffId> chain, Digest index) throws JbuildException {
        String body = "{\"diffId\":\"" + chain.get(chain.size() - 1) + "\"}";
        store.records().put(new CacheRecord(key(chain), body, List.of(), List.of(index)));
    }

    private static EnvironmentError failed(List<DiffId> chain, IOException e) {
        return new EnvironmentError(
                "the index of layer " + chain.get(chain.size() - 1) + " can't be kept: " + e.getMessage(), e);
    }

    /**
     * Remembers what a tar of {@link dev.jbuild.layer.LayerTarWriter} holds.
     *
     * @param like a tar whose index this one may have much in common with
     */
    void put(IndexedTar tar, Optional<IndexedTar> like) throws JbuildException {
        List<DiffId> chain = List.of(tar.summary().diffId());
        IndexedTar.Parts parts = tar.toParts();
        try {
            if (like.isPresent() && putUpon(chain, parts, like.get())) {
                return;
            }
            try (BlobStore.Ingest ingest = store.blobs().ingest()) {
                ingest.output().write(parts.bytes());
                record(chain, ingest.commit("").digest());
            }
        } catch (IOException e) {
            throw failed(chain, e);
        }
    }

    private boolean putUpon(List<DiffId> chain, IndexedTar.Parts parts, IndexedTar like)
            throws JbuildException, IOException {
        IndexedTar.Parts old = like.toParts();
        Digest base = Digest.sha256(old.bytes());
        if (!store.blobs().has(base)) {
            return false;
        }
        Map<ByteBuffer, Integer> there = new HashMap<>();
        int begin = 0;
        for (int end : old.ends()) {
            there.putIfAbsent(ByteBuffer.wrap(old.bytes(), begin, end - begin), begin);
            begin = end;
        }
        Optional<BlobStore.DeltaIngest> delta = store.blobs().ingestUpon(base);
        if (delta.isEmpty()) {
            return false;
        }
        try (BlobStore.DeltaIngest ingest = delta.get()) {
            begin = 0;
            for (int end : parts.ends()) {
                Integer from = there.get(ByteBuffer.wrap(parts.bytes(), begin, end - begin));
                if (from != null) {
                    ingest.copy(from, end - begin);
                } else {
                    ingest.output().write(parts.bytes(), begin, end - begin);
                }
                begin = end;
            }
            record(chain, ingest.commit("").digest());
        }
        return true;
    }
}
