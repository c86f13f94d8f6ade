package dev.jbuild.inspect;

import dev.jbuild.layer.EntryType;
import dev.jbuild.layer.LayerEntry;
import dev.jbuild.layer.LayerIndex;
import dev.jbuild.snapshot.MergedView.Found;
import dev.jbuild.sys.RawPath;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What each layer of an image did to the tree below it, what tree they show together, and which bytes are wasted: those of
 * files that an upper layer replaced or removed, which every pull transfers all the same.
 *
 * <p>A layer is charged for its own files that others hide. What dive calls waste is the same thing seen from the path: for
 * one that stands in several layers it counts all copies, the one that is seen too, so that its sum is higher; and it charges
 * a removal to the layer that removes. What is written again is wasted below even if nothing of it changed.
 *
 * <p>The content of a file with several hard links counts once, and is wasted only when none of its names is left.
 *
 * @param layers bottom first
 * @param tree what is at each path in the end, in path order
 * @param wastedPaths paths whose content is wasted, the dearest first
 */
public record LayerAnalysis(List<Layer> layers, List<Found> tree, List<WastedPath> wastedPaths) {
    public LayerAnalysis {
        layers = List.copyOf(layers);
        tree = List.copyOf(tree);
        wastedPaths = List.copyOf(wastedPaths);
    }

    /**
     * What one layer did.
     *
     * @param added paths that weren't there before
     * @param changed paths that were, and are something else now, or have other contents or metadata
     * @param removed paths it removed, each with all that was beneath it
     * @param contentBytes bytes of its files
     * @param wastedBytes those of them that layers above replace or remove
     */
    public record Layer(long added, long changed, long removed, long contentBytes, long wastedBytes) {}

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
        LayerReplay replay = new LayerReplay();
        Account account = new Account();
        for (LayerIndex index : bottomFirst) {
            account.add(replay.add(index));
        }
        return account.result(replay.tree());
    }

    /** The content of a file, which it may have several names for. */
    private static final class Content {
        private final Counts layer;
        private final RawPath path;
        private final long size;
        private int names;

        Content(Counts layer, RawPath path, long size) {
            this.layer = layer;
            this.path = path;
            this.size = size;
        }
    }

    private static final class Counts {
        private long added;
        private long changed;
        private long removed;
        private long content;
        private long wasted;

        Layer toLayer() {
            return new Layer(added, changed, removed, content, wasted);
        }
    }

    /** Sums up what the layers do, one after the other. */
    private static final class Account {
        private final List<Counts> layers = new ArrayList<>();
        private final Map<RawPath, Content> contents = new HashMap<>();
        private final Map<RawPath, WastedPath> wasted = new HashMap<>();

        void add(List<LayerChange> changes) {
            Counts counts = new Counts();
            layers.add(counts);
            Map<RawPath, Content> own = new HashMap<>();
            for (LayerChange change : changes) {
                switch (change.kind()) {
                    case ADDED -> counts.added++;
                    case MODIFIED -> counts.changed++;
                    case REMOVED -> counts.removed++;
                    case UNMODIFIED -> {}
                }
                if (change.before().isPresent()) {
                    release(contents.remove(change.path()));
                }
                change.after()
                        .filter(found -> found.entry().type() == EntryType.FILE)
                        .ifPresent(found -> hold(found.entry(), counts, own));
            }
        }

        private void hold(LayerEntry file, Counts counts, Map<RawPath, Content> own) {
            Content content = own.computeIfAbsent(file.hardLinkTo().orElse(file.path()), first -> {
                counts.content += file.size();
                return new Content(counts, first, file.size());
            });
            content.names++;
            contents.put(file.path(), content);
        }

        private void release(@Nullable Content content) {
            if (content == null || --content.names > 0) {
                return;
            }
            content.layer.wasted += content.size;
            wasted.merge(
                    content.path,
                    new WastedPath(content.path, 1, content.size),
                    (one, two) -> new WastedPath(one.path(), one.times() + two.times(), one.bytes() + two.bytes()));
        }

        LayerAnalysis result(List<Found> tree) {
            return new LayerAnalysis(layers.stream().map(Counts::toLayer).toList(), tree, dearest(wasted.values()));
        }

        private static List<WastedPath> dearest(Collection<WastedPath> paths) {
            List<WastedPath> sorted = new ArrayList<>(paths);
            sorted.removeIf(path -> path.bytes() == 0);
            sorted.sort(Comparator.comparingLong(WastedPath::bytes).reversed().thenComparing(WastedPath::path));
            return Collections.unmodifiableList(sorted);
        }
    }
}
