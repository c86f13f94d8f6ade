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
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Makes a layer of an upper directory that is only planned: the same layer that {@link Capture} would make if it were there,
 * but as a tar. A layer that nobody mounts never needs a directory.
 */
public final class PlannedLayer {
    private static final int BUFFER = 256 * 1024;

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
     * @throws IOException also if a file isn't as long any more as it was when it was planned
     */
    public static IndexedTar write(List<PlannedFile> files, MergedView lower, BlobStore blobs)
            throws JbuildException, IOException {
        return new PlannedLayer(files).write(lower, blobs);
    }

    private IndexedTar write(MergedView lower, BlobStore blobs) throws JbuildException, IOException {
        UpperSelection selection = new UpperSelection(
                entry -> Objects.requireNonNull(contents.get(entry.path)).open(), lower, entries, Set.of());
        selection.make();
        try (BlobStore.Ingest ingest = blobs.ingest()) {
            Counting out = new Counting(new BufferedOutputStream(ingest.output(), BUFFER));
            Map<UpperEntry, Long> offsets = new HashMap<>();
            List<LayerEntry> index;
            try (LayerTarWriter tar = new LayerTarWriter(out)) {
                index = selection.write(tar, entry -> {
                    if (entry.hasContent()) {
                        offsets.put(entry, out.count);
                    }
                });
            }
            Descriptor blob = ingest.commit("");
            LayerIndex all = LayerIndex.of(index);
            LayerSummary summary = new LayerSummary(new DiffId(blob.digest()), ContentDigest.of(all), blob.size());
            Map<Digest, Long> byContent = new HashMap<>();
            offsets.forEach((entry, offset) -> byContent.putIfAbsent(Objects.requireNonNull(entry.content), offset));
            return new IndexedTar(summary, all, byContent);
        }
    }

    private static final class Counting extends FilterOutputStream {
        private long count;

        Counting(OutputStream out) {
            super(out);
        }

        @Override
        public void write(int b) throws IOException {
            out.write(b);
            count++;
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            out.write(bytes, offset, length);
            count += length;
        }
    }
}
