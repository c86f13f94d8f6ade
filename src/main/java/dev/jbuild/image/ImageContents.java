package dev.jbuild.image;

import dev.jbuild.image.ReadableImage.ContentSink;
import dev.jbuild.layer.LayerEntry;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.problem.StoreCorrupted;
import dev.jbuild.snapshot.MergedView.Found;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Contents of files of an image, given in whatever order the caller wants, each verified as it is read. For one thread. */
final class ImageContents implements AutoCloseable {
    private final List<ReadableLayer> layers;
    private final Map<Found, Integer> layerOf = new HashMap<>();
    private final Map<Integer, List<LayerEntry>> wanted = new HashMap<>();
    private final Map<Integer, OrderedContents> open = new HashMap<>();

    /** @param files all that will be asked for, each once */
    ImageContents(List<ReadableLayer> layers, Collection<Found> files) throws StoreCorrupted {
        this.layers = layers;
        for (Found file : files) {
            int layer = file.layer();
            // What a hard link took from a layer below is there.
            while (layer >= 0 && !layers.get(layer).has(file.entry())) {
                layer--;
            }
            if (layer < 0) {
                throw new StoreCorrupted("the content of " + file.entry().path() + " is in no layer");
            }
            layerOf.put(file, layer);
            wanted.computeIfAbsent(layer, key -> new ArrayList<>()).add(file.entry());
        }
    }

    void give(Found file, ContentSink sink) throws IOException, JbuildException {
        int layer = Objects.requireNonNull(layerOf.get(file), "it was not announced");
        OrderedContents contents = open.get(layer);
        if (contents == null) {
            contents = layers.get(layer).ordered(wanted.getOrDefault(layer, List.of()));
            open.put(layer, contents);
        }
        try (InputStream content = contents.open(file.entry())) {
            ReadableImage.verified(file, content, sink);
        }
    }

    @Override
    public void close() throws IOException {
        IOException failure = null;
        for (OrderedContents contents : open.values()) {
            try {
                contents.close();
            } catch (IOException e) {
                failure = e;
            }
        }
        if (failure != null) {
            throw failure;
        }
    }
}
