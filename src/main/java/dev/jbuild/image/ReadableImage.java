package dev.jbuild.image;

import dev.jbuild.layer.LayerEntry;
import dev.jbuild.layer.LayerIndex;
import dev.jbuild.oci.Digest;
import dev.jbuild.oci.ImageReference;
import dev.jbuild.problem.EnvironmentError;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.problem.StoreCorrupted;
import dev.jbuild.snapshot.MergedView;
import dev.jbuild.snapshot.MergedView.Found;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * An image that is looked into, wherever it lies: in the store, in a layout or in an archive. Nothing of it is unpacked or
 * copied for that. To be closed. For one thread.
 */
public final class ReadableImage implements AutoCloseable {
    private final LocalImage image;
    private final List<ImageReference> names;
    private final List<ReadableLayer> layers;
    private final List<LayerIndex> indexes = new ArrayList<>();
    private final Runnable closing;

    ReadableImage(LocalImage image, List<ImageReference> names, List<ReadableLayer> layers, Runnable closing)
            throws JbuildException {
        this.image = image;
        this.names = List.copyOf(names);
        this.layers = List.copyOf(layers);
        this.closing = closing;
        for (ReadableLayer layer : layers) {
            indexes.add(layer.index());
        }
    }

    /** Takes the content of a file of the image, which is verified as it is read. */
    @FunctionalInterface
    public interface ContentSink {
        void accept(Found file, InputStream content) throws IOException, JbuildException;
    }

    public LocalImage image() {
        return image;
    }

    /** The names that it has where it lies. */
    public List<ImageReference> names() {
        return names;
    }

    /** The indexes of its layers, bottom first. */
    public List<LayerIndex> indexes() {
        return List.copyOf(indexes);
    }

    /** Bytes of each layer as tar, bottom first. */
    public List<Long> layerSizes() {
        return layers.stream().map(ReadableLayer::tarSize).toList();
    }

    /** The tree that its layers show together. */
    public MergedView view() {
        return MergedView.of(indexes);
    }

    /**
     * Gives the contents of files to {@code sink}, in whatever order is the quickest.
     *
     * @param files entries of type FILE and the layers that they are of
     * @throws JbuildException also if a content is not what its layer's index says
     */
    public void contents(List<Found> files, ContentSink sink) throws JbuildException {
        TreeMap<Integer, List<Found>> byLayer = new TreeMap<>();
        for (Found file : files) {
            byLayer.computeIfAbsent(file.layer(), key -> new ArrayList<>()).add(file);
        }
        try {
            while (!byLayer.isEmpty()) {
                Map.Entry<Integer, List<Found>> last = byLayer.pollLastEntry();
                List<Found> missing = contents(last.getKey(), last.getValue(), sink);
                if (!missing.isEmpty() && last.getKey() == 0) {
                    throw new StoreCorrupted(
                            "the content of " + missing.get(0).entry().path() + " is in no layer");
                }
                // What a hard link took from a layer below is there.
                byLayer.computeIfAbsent(last.getKey() - 1, key -> new ArrayList<>())
                        .addAll(missing);
                byLayer.values().removeIf(List::isEmpty);
            }
        } catch (IOException e) {
            throw new EnvironmentError("a layer of the image can't be read: " + e.getMessage(), e);
        }
    }

    private List<Found> contents(int layer, List<Found> files, ContentSink sink) throws IOException, JbuildException {
        Map<LayerEntry, Found> byEntry = new HashMap<>();
        files.forEach(file -> byEntry.put(file.entry(), file));
        List<LayerEntry> missing = layers.get(layer)
                .contents(
                        byEntry.keySet(),
                        (entry, content) -> verified(byEntry.getOrDefault(entry, files.get(0)), content, sink));
        return missing.stream().map(byEntry::get).toList();
    }

    /**
     * Begins to give contents of files in the caller's order.
     *
     * @param files all that will be asked for, of type FILE
     */
    ImageContents inOrder(List<Found> files) throws StoreCorrupted {
        return new ImageContents(layers, files);
    }

    static void verified(Found file, InputStream content, ContentSink sink) throws IOException, JbuildException {
        LayerEntry entry = file.entry();
        Digest expected = entry.content().orElseThrow();
        MessageDigest digest = expected.newMessageDigest();
        DigestInputStream in = new DigestInputStream(content, digest);
        sink.accept(file, in);
        in.transferTo(OutputStream.nullOutputStream());
        if (!Digest.of(digest.digest()).equals(expected)) {
            throw new StoreCorrupted(
                    "the content of " + entry.path() + " isn't what its layer was indexed with: it is damaged",
                    "pull or build the image again");
        }
    }

    @Override
    public void close() {
        closing.run();
    }
}
