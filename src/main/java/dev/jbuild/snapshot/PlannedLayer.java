package dev.jbuild.snapshot;

import dev.jbuild.layer.ContentDigest;
import dev.jbuild.layer.IndexedTar;
import dev.jbuild.layer.LayerEntry;
import dev.jbuild.layer.LayerIndex;
import dev.jbuild.layer.LayerSummary;
import dev.jbuild.layer.LayerTarWriter;
import dev.jbuild.oci.Descriptor;
import dev.jbuild.oci.DiffId;
import dev.jbuild.oci.Digest;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.store.BlobStore;
import dev.jbuild.sys.RawPath;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * Makes a layer of an upper directory that is only planned: the same layer that {@link Capture} would make if it were there,
 * but as a tar. A layer that nobody mounts never needs a directory.
 */
public final class PlannedLayer {
    private static final int BUFFER = 64 * 1024;

    private final List<UpperEntry> entries = new ArrayList<>();
    private final Map<RawPath, PlannedFile.Content> contents = new HashMap<>();

    private PlannedLayer(List<PlannedFile> files) throws IOException {
        LayerXattrs rules = LayerXattrs.ofThisProcess();
        Map<Long, Long> names = new HashMap<>();
        files.forEach(file -> names.merge(file.number(), 1L, Long::sum));
        Map<RawPath, UpperEntry> directories = new HashMap<>();
        for (PlannedFile file : files) {
            UpperEntry parent =
                    file.path().isRoot() ? null : directories.get(file.path().parent());
            UpperEntry entry = UpperEntry.planned(file, parent, names.getOrDefault(file.number(), 1L), rules);
            entries.add(entry);
            if (entry.kind == UpperEntry.Kind.DIRECTORY) {
                directories.put(file.path(), entry);
            }
            file.content().ifPresent(content -> contents.put(file.path(), content));
        }
    }

    /**
     * Writes the tar of a layer as a blob.
     *
     * @param files in path order, the root first, each in a directory that is among them
     * @param digests of the contents of files, as far as they are known
     * @param like a layer that may have much in common with it, whose tar is in the blob store
     * @throws dev.jbuild.layer.FileChanged if a file isn't as long any more as it was when it was planned
     */
    public static IndexedTar write(
            List<PlannedFile> files,
            Map<RawPath, Digest> digests,
            MergedView lower,
            BlobStore blobs,
            Optional<IndexedTar> like)
            throws JbuildException, IOException {
        return new PlannedLayer(files).write(digests, lower, blobs, like.flatMap(TarParts::of));
    }

    private IndexedTar write(Map<RawPath, Digest> digests, MergedView lower, BlobStore blobs, Optional<TarParts> like)
            throws JbuildException, IOException {
        UpperSelection selection = new UpperSelection(this::open, lower, entries, Set.of());
        selection.make();
        List<UpperEntry> kept = selection.kept();
        if (like.isPresent() && isMostlyIn(like.get(), kept, digests)) {
            Optional<BlobStore.DeltaIngest> delta =
                    blobs.ingestUpon(like.get().tar().summary().diffId().digest());
            if (delta.isPresent()) {
                try (BlobStore.DeltaIngest ingest = delta.get()) {
                    return writeUpon(like.get(), kept, digests, ingest);
                }
            }
        }
        try (BlobStore.Ingest ingest = blobs.ingest()) {
            return writeWhole(kept, ingest);
        }
    }

    private InputStream open(UpperEntry entry) throws IOException, JbuildException {
        return Objects.requireNonNull(contents.get(entry.path)).open();
    }

    private IndexedTar writeWhole(List<UpperEntry> kept, BlobStore.Ingest ingest) throws JbuildException, IOException {
        try (LayerTarWriter tar = new LayerTarWriter(new BufferedOutputStream(ingest.output(), BUFFER))) {
            for (UpperEntry entry : kept) {
                entry.writeTo(tar, this::open);
            }
        }
        return described(kept, ingest.commit(""));
    }

    /** Whether more than half of the bytes are there. */
    private static boolean isMostlyIn(TarParts like, List<UpperEntry> kept, Map<RawPath, Digest> digests) {
        long all = 0;
        long there = 0;
        for (UpperEntry entry : kept) {
            if (entry.hasContent()) {
                all += entry.stat.size();
                there +=
                        like.content(digests.get(entry.path), entry.stat.size()).isPresent() ? entry.stat.size() : 0;
            }
        }
        return there > all / 2;
    }

    private IndexedTar writeUpon(
            TarParts like, List<UpperEntry> kept, Map<RawPath, Digest> digests, BlobStore.DeltaIngest ingest)
            throws JbuildException, IOException {
        try (LayerTarWriter tar = new LayerTarWriter(ingest.output())) {
            for (UpperEntry entry : kept) {
                Optional<Long> content = Optional.empty();
                if (entry.hasContent()) {
                    Digest known = digests.get(entry.path);
                    content = like.content(known, entry.stat.size());
                    entry.content = content.isPresent() ? known : null;
                }
                LayerEntry described = entry.toLayerEntry();
                Optional<Long> whole = like.entry(described);
                if (whole.isPresent()) {
                    tar.passOver(described);
                    ingest.copy(whole.get(), LayerTarWriter.length(described));
                } else if (content.isPresent()) {
                    long from = content.get();
                    tar.add(described, () -> ingest.copy(from, described.size()));
                } else {
                    entry.writeTo(tar, this::open);
                }
            }
        }
        return described(kept, ingest.commit(""));
    }

    private static IndexedTar described(List<UpperEntry> kept, Descriptor blob) {
        LayerIndex index =
                LayerIndex.of(kept.stream().map(UpperEntry::toLayerEntry).toList());
        LayerSummary summary = new LayerSummary(new DiffId(blob.digest()), ContentDigest.of(index), blob.size());
        return IndexedTar.of(summary, index);
    }
}
