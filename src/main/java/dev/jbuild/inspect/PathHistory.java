package dev.jbuild.inspect;

import dev.jbuild.inspect.LayerChange.Kind;
import dev.jbuild.layer.LayerIndex;
import dev.jbuild.sys.RawPath;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What the layers of an image did to one path. A directory that a layer only has once more, for the sake of what is in it,
 * isn't touched by that layer; a file is.
 *
 * @param changes bottom first, never empty
 */
public record PathHistory(RawPath path, List<LayerChange> changes) {
    public PathHistory {
        changes = List.copyOf(changes);
    }

    /**
     * Of a path and what is or was beneath it, in path order.
     *
     * @param levels how deep beneath: 1 is what is directly in it
     */
    public static List<PathHistory> of(List<LayerIndex> bottomFirst, RawPath top, int levels) {
        Map<RawPath, List<LayerChange>> byPath = new TreeMap<>();
        LayerReplay replay = new LayerReplay();
        for (LayerIndex index : bottomFirst) {
            for (LayerChange change : replay.add(index)) {
                if (isTouched(change) && isWithin(change.path(), top, levels)) {
                    byPath.computeIfAbsent(change.path(), path -> new ArrayList<>())
                            .add(change);
                }
            }
        }
        List<PathHistory> histories = new ArrayList<>();
        byPath.forEach((path, changes) -> histories.add(new PathHistory(path, changes)));
        return histories;
    }

    private static boolean isTouched(LayerChange change) {
        return change.kind() != Kind.UNMODIFIED || !change.shown().entry().isDirectory();
    }

    private static boolean isWithin(RawPath path, RawPath top, int levels) {
        return path.startsWith(top) && path.relativeTo(top).segments().size() <= levels;
    }

    /** What was done to it last. */
    public LayerChange last() {
        return changes.get(changes.size() - 1);
    }

    /** Whether there is something at the path in the end. */
    public boolean isPresent() {
        return last().kind() != Kind.REMOVED;
    }
}
