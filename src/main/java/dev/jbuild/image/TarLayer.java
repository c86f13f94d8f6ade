package dev.jbuild.image;

import dev.jbuild.layer.IndexedTar;
import dev.jbuild.layer.LayerEntry;
import dev.jbuild.layer.LayerIndex;
import dev.jbuild.layer.LayerTarReader;
import dev.jbuild.oci.DiffId;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.problem.StoreCorrupted;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A layer that is there as its tar alone, compressed or not. */
record TarLayer(IndexedTar tar, Opening opening) implements ReadableLayer {
    private static final int BUFFER = 64 * 1024;

    /** Opens the uncompressed tar. */
    @FunctionalInterface
    interface Opening {
        InputStream open() throws IOException, JbuildException;
    }

    @Override
    public DiffId diffId() {
        return tar.summary().diffId();
    }

    @Override
    public long tarSize() {
        return tar.summary().tarSize();
    }

    @Override
    public LayerIndex index() {
        return tar.index();
    }

    @Override
    public List<LayerEntry> contents(Collection<LayerEntry> files, Sink sink) throws IOException, JbuildException {
        List<LayerEntry> missing = new ArrayList<>();
        Map<Long, List<LayerEntry>> byOffset = new TreeMap<>();
        for (LayerEntry file : files) {
            tar.offset(file)
                    .ifPresentOrElse(
                            at -> byOffset.computeIfAbsent(at, key -> new ArrayList<>())
                                    .add(file),
                            () -> missing.add(file));
        }
        // A content is one stream: whoever wants it once more begins anew.
        for (int turn = 0; !byOffset.isEmpty(); turn++) {
            pass(byOffset, turn, sink);
            int done = turn + 1;
            byOffset.values().removeIf(same -> same.size() <= done);
        }
        return missing;
    }

    @Override
    public boolean has(LayerEntry file) {
        return tar.offset(file).isPresent();
    }

    @Override
    public OrderedContents ordered(Collection<LayerEntry> files) throws IOException, JbuildException {
        return new TarContents(this, files);
    }

    private void pass(Map<Long, List<LayerEntry>> byOffset, int turn, Sink sink) throws IOException, JbuildException {
        try (InputStream in = new BufferedInputStream(opening.open(), BUFFER)) {
            long position = 0;
            for (Map.Entry<Long, List<LayerEntry>> wanted : byOffset.entrySet()) {
                in.skipNBytes(wanted.getKey() - position);
                LayerTarReader reader = new LayerTarReader(in);
                if (reader.next().isEmpty()) {
                    throw new StoreCorrupted("layer " + diffId() + " isn't what it was when it was indexed");
                }
                sink.accept(wanted.getValue().get(turn), reader.content());
                position = wanted.getKey() + reader.position();
            }
        }
    }
}
