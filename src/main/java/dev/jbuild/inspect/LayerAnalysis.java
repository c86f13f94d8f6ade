package dev.jbuild.inspect;

import dev.jbuild.layer.EntryType;
import dev.jbuild.layer.LayerEntry;
import dev.jbuild.layer.LayerIndex;
import dev.jbuild.sys.RawPath;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What each layer of an image did to the tree below it, what tree they show together, and which bytes are wasted: those of
 * files that an upper layer replaced or removed, which every pull transfers all the same.
 *
 * <p>The content of a file with several hard links counts once, and is wasted only when none of its names is left.
 *
 * @param layers bottom first
 * @param tree what is at each path in the end, in path order
 * @param wastedPaths paths whose content is wasted, the dearest first
 */
public record LayerAnalysis(List<Layer> layers, List<Shown> tree, List<WastedPath> wastedPaths) {
    public LayerAnalysis {
        layers = List.copyOf(layers);
        tree = List.copyOf(tree);
        wastedPaths = List.copyOf(wastedPaths);
    }

    /**
     * What one layer did.
     *
     * @param added paths that weren't there before
     * @param changed paths that were, and are files, links or directories with other contents or metadata now
     * @param removed paths it removed, each with all that was beneath it
     * @param contentBytes bytes of its files
     * @param wastedBytes those of them that layers above replace or remove
     */
    public record Layer(long added, long changed, long removed, long contentBytes, long wastedBytes) {}

    /** An entry and the number of the layer (from 0, bottom first) that it comes from. */
    public record Shown(LayerEntry entry, int layer) {}

    /**
     * A path in whose name content was stored in vain.
     *
     * @param times in how many layers
     */
    public record WastedPath(RawPath path, int times, long bytes) {}

    /** Bytes of the files of all layers. */
    public long contentBytes() {
        return layers.stream().mapToLong(Layer::contentBytes).sum();
    }

    /** Bytes that the image would be smaller by if nothing were replaced or removed. */
    public long wastedBytes() {
        return layers.stream().mapToLong(Layer::wastedBytes).sum();
    }

    /** The part of all bytes that is not wasted, from 0 to 1. */
    public double efficiency() {
        long all = contentBytes();
        return all == 0 ? 1 : 1 - (double) wastedBytes() / all;
    }

    /** Analyses a stack. */
    public static LayerAnalysis of(List<LayerIndex> bottomFirst) {
        Stacking stacking = new Stacking();
        for (LayerIndex index : bottomFirst) {
            stacking.add(index);
        }
        return stacking.result();
    }

    /** The content of a file, which it may have several names for. */
    private static final class Content {
        private final int layer;
        private final RawPath path;
        private final long size;
        private int names;

        Content(int layer, RawPath path, long size) {
            this.layer = layer;
            this.path = path;
            this.size = size;
        }
    }

    private record There(
            LayerEntry entry, int layer, @Nullable Content content) {}

    private static final class Counts {
        private long added;
        private long changed;
        private long removed;
        private long content;
        private long wasted;
    }

    /** Puts one layer upon another. */
    private static final class Stacking {
        private final NavigableMap<RawPath, There> tree = new TreeMap<>();
        private final List<Counts> layers = new ArrayList<>();
        private final Map<RawPath, WastedPath> wasted = new HashMap<>();

        void add(LayerIndex index) {
            Counts counts = new Counts();
            layers.add(counts);
            // What a layer hides is of those below it, whatever the order of its entries.
            for (LayerEntry entry : index.entries()) {
                if (entry.type() == EntryType.WHITEOUT) {
                    counts.removed += hide(entry.path()) + hideBeneath(entry.path());
                } else if (entry.opaque()) {
                    counts.removed += hideBeneath(entry.path());
                }
            }
            Map<RawPath, Content> contents = new HashMap<>();
            for (LayerEntry entry : index.entries()) {
                if (entry.type() != EntryType.WHITEOUT) {
                    put(entry, counts, contents);
                }
            }
        }

        private void put(LayerEntry entry, Counts counts, Map<RawPath, Content> contents) {
            There before = tree.get(entry.path());
            if (before == null) {
                counts.added++;
            } else {
                counts.changed++;
                hide(entry.path());
                if (before.entry().isDirectory() && !entry.isDirectory()) {
                    counts.removed += hideBeneath(entry.path());
                }
            }
            tree.put(entry.path(), there(entry, counts, contents));
        }

        private There there(LayerEntry entry, Counts counts, Map<RawPath, Content> contents) {
            int layer = layers.size() - 1;
            if (entry.type() != EntryType.FILE) {
                return new There(entry, layer, null);
            }
            Content content = contents.computeIfAbsent(entry.hardLinkTo().orElse(entry.path()), first -> {
                counts.content += entry.size();
                return new Content(layer, first, entry.size());
            });
            content.names++;
            return new There(entry, layer, content);
        }

        private long hideBeneath(RawPath directory) {
            long hidden = 0;
            Iterator<Map.Entry<RawPath, There>> beneath =
                    tree.tailMap(directory, false).entrySet().iterator();
            while (beneath.hasNext()) {
                Map.Entry<RawPath, There> each = beneath.next();
                if (!each.getKey().startsWith(directory)) {
                    break;
                }
                release(each.getValue());
                beneath.remove();
                hidden++;
            }
            return hidden;
        }

        private long hide(RawPath path) {
            There there = tree.remove(path);
            if (there == null) {
                return 0;
            }
            release(there);
            return 1;
        }

        private void release(There there) {
            Content content = there.content();
            if (content == null || --content.names > 0) {
                return;
            }
            layers.get(content.layer).wasted += content.size;
            wasted.merge(
                    content.path,
                    new WastedPath(content.path, 1, content.size),
                    (one, two) -> new WastedPath(one.path(), one.times() + two.times(), one.bytes() + two.bytes()));
        }

        LayerAnalysis result() {
            List<Layer> done = new ArrayList<>();
            for (Counts each : layers) {
                done.add(new Layer(each.added, each.changed, each.removed, each.content, each.wasted));
            }
            List<Shown> shown = new ArrayList<>();
            for (There there : tree.values()) {
                shown.add(new Shown(there.entry(), there.layer()));
            }
            return new LayerAnalysis(done, shown, dearest(wasted.values()));
        }

        private static List<WastedPath> dearest(Collection<WastedPath> paths) {
            List<WastedPath> sorted = new ArrayList<>(paths);
            sorted.removeIf(path -> path.bytes() == 0);
            sorted.sort(Comparator.comparingLong(WastedPath::bytes).reversed().thenComparing(WastedPath::path));
            return Collections.unmodifiableList(sorted);
        }
    }
}
