package dev.jbuild.snapshot;

import dev.jbuild.layer.EntryType;
import dev.jbuild.layer.LayerEntry;
import dev.jbuild.layer.LayerIndex;
import dev.jbuild.layer.SymlinkWalk;
import dev.jbuild.problem.UserError;
import dev.jbuild.sys.RawPath;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The merged view, answered by binary search in the indexes as they are.
 *
 * <p>What is in a directory comes from the layers down to its <em>floor</em>: the lowest layer that nothing above hides,
 * be it a whiteout, an opaque mark or a file in the directory's place.
 */
final class LayeredView implements MergedView {
    private static final int NO_DIRECTORY = -1;

    private final List<LayerIndex> layers;
    private final int rootFloor;
    private final Found root;
    private final Map<RawPath, Integer> floors = new ConcurrentHashMap<>();

    LayeredView(List<LayerIndex> bottomFirst) {
        this.layers = List.copyOf(bottomFirst);
        this.rootFloor = floor(RawPath.ROOT, 0, layers.size() - 1);
        this.root = topmost(RawPath.ROOT, rootFloor).orElse(new Found(plainRoot(), 0));
    }

    static LayerEntry plainRoot() {
        return new LayerEntry(
                RawPath.ROOT,
                EntryType.DIRECTORY,
                0755,
                0,
                0,
                0,
                0,
                "",
                0,
                0,
                Collections.emptyNavigableMap(),
                Optional.empty(),
                Optional.empty(),
                false);
    }

    @Override
    public Optional<Found> find(RawPath path) {
        if (path.isRoot()) {
            return Optional.of(root);
        }
        int floor = floorOf(path.parent());
        return floor == NO_DIRECTORY ? Optional.empty() : topmost(path, floor).filter(found -> !isWhiteout(found));
    }

    private static boolean isWhiteout(Found found) {
        return found.entry().type() == EntryType.WHITEOUT;
    }

    /** The topmost entry of any type, from the top to the floor. */
    private Optional<Found> topmost(RawPath path, int floor) {
        for (int i = layers.size() - 1; i >= floor; i--) {
            Optional<LayerEntry> entry = layers.get(i).find(path);
            if (entry.isPresent()) {
                return Optional.of(new Found(entry.get(), i));
            }
        }
        return Optional.empty();
    }

    /** The floor of a directory, or NO_DIRECTORY if there is none at this path. */
    private int floorOf(RawPath directory) {
        if (directory.isRoot()) {
            return rootFloor;
        }
        Integer known = floors.get(directory);
        if (known != null) {
            return known;
        }
        int parentFloor = floorOf(directory.parent());
        int floor = parentFloor == NO_DIRECTORY ? NO_DIRECTORY : floor(directory, parentFloor);
        floors.put(directory, floor);
        return floor;
    }

    private int floor(RawPath directory, int parentFloor) {
        Optional<Found> top = topmost(directory, parentFloor);
        return top.isPresent() && top.get().entry().isDirectory()
                ? floor(directory, parentFloor, top.get().layer())
                : NO_DIRECTORY;
    }

    private int floor(RawPath directory, int parentFloor, int top) {
        for (int i = top; i >= parentFloor; i--) {
            Optional<LayerEntry> entry = layers.get(i).find(directory);
            if (entry.isPresent() && !entry.get().isDirectory()) {
                return i + 1;
            }
            if (entry.isPresent() && entry.get().opaque()) {
                return i;
            }
        }
        return parentFloor;
    }

    @Override
    public RawPath resolve(RawPath path, boolean followLast) throws UserError {
        return SymlinkWalk.<UserError>resolve(
                at -> find(at).map(Found::entry).flatMap(SymlinkWalk.RawLink::of), path, followLast);
    }

    @Override
    public List<Found> children(RawPath directory) {
        int floor = floorOf(directory);
        if (floor == NO_DIRECTORY) {
            return List.of();
        }
        Map<RawPath, Found> byPath = new TreeMap<>();
        for (int i = layers.size() - 1; i >= floor; i--) {
            addChildren(directory, i, byPath);
        }
        byPath.values().removeIf(LayeredView::isWhiteout);
        return List.copyOf(byPath.values());
    }

    /** Adds a layer's own children, leaping over what is beneath each of them. */
    private void addChildren(RawPath directory, int layer, Map<RawPath, Found> byPath) {
        List<LayerEntry> beneath = layers.get(layer).beneath(directory);
        int at = 0;
        while (at < beneath.size()) {
            LayerEntry entry = beneath.get(at);
            if (entry.path().parent().equals(directory)) {
                byPath.putIfAbsent(entry.path(), new Found(entry, layer));
            }
            at = entry.isDirectory() ? endOfTree(beneath, at) : at + 1;
        }
    }

    /** The position of the first entry after {@code at} that isn't beneath it: near for most, so in growing steps. */
    private static int endOfTree(List<LayerEntry> entries, int at) {
        RawPath top = entries.get(at).path();
        int inside = at;
        int step = 1;
        while (inside + step < entries.size()
                && entries.get(inside + step).path().startsWith(top)) {
            inside += step;
            step *= 2;
        }
        int outside = Math.min(inside + step, entries.size());
        while (inside + 1 < outside) {
            int middle = (inside + outside) >>> 1;
            if (entries.get(middle).path().startsWith(top)) {
                inside = middle;
            } else {
                outside = middle;
            }
        }
        return outside;
    }

    @Override
    public List<Found> beneath(RawPath directory) {
        List<Found> all = new ArrayList<>();
        collect(directory, all);
        return Collections.unmodifiableList(all);
    }

    private void collect(RawPath directory, List<Found> all) {
        for (Found child : children(directory)) {
            all.add(child);
            if (child.entry().isDirectory()) {
                collect(child.entry().path(), all);
            }
        }
    }
}
