package dev.jbuild.inspect;

import dev.jbuild.inspect.LayerChange.Kind;
import dev.jbuild.layer.EntryType;
import dev.jbuild.layer.LayerEntry;
import dev.jbuild.layer.LayerIndex;
import dev.jbuild.snapshot.MergedView;
import dev.jbuild.snapshot.MergedView.Found;
import dev.jbuild.sys.RawPath;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The tree that a stack of layers shows, with what the topmost of them changed; what that removed is in it too.
 *
 * @param nodes in path order
 */
public record LayerTree(List<Node> nodes) {
    public LayerTree {
        nodes = List.copyOf(nodes);
    }

    /**
     * A path.
     *
     * @param chosen whether it is of a kind that was asked for; else it is there for what is in it
     * @param bytes of the file, or of all chosen files beneath the directory, each counted once whatever names it has
     */
    public record Node(LayerChange change, boolean chosen, long bytes) {
        public RawPath path() {
            return change.path();
        }
    }

    /** A file, whatever its names are. */
    private record Inode(int layer, RawPath firstName) {}

    /**
     * The part beneath a path, with the path itself, of which only changes of some kinds are chosen.
     *
     * @param levels how deep beneath the path; what is deeper counts where it is in
     */
    public static LayerTree of(List<LayerIndex> bottomFirst, RawPath top, Set<Kind> kinds, int levels) {
        List<LayerChange> within = all(bottomFirst).stream()
                .filter(change -> change.path().startsWith(top))
                .toList();
        Map<RawPath, Long> bytes = new HashMap<>();
        Set<RawPath> shown = new HashSet<>();
        Set<Inode> counted = new HashSet<>();
        for (LayerChange change : within) {
            if (kinds.contains(change.kind())) {
                int depth = change.path().relativeTo(top).segments().size();
                long size = size(change.shown(), counted);
                RawPath path = change.path();
                for (int level = depth; level >= 0; level--) {
                    bytes.merge(path, size, Long::sum);
                    if (level <= levels) {
                        shown.add(path);
                    }
                    path = path.parent();
                }
            }
        }
        return new LayerTree(within.stream()
                .filter(change -> shown.contains(change.path()))
                .map(change -> new Node(change, kinds.contains(change.kind()), bytes.getOrDefault(change.path(), 0L)))
                .toList());
    }

    private static long size(Found found, Set<Inode> counted) {
        LayerEntry entry = found.entry();
        boolean counts = entry.type() == EntryType.FILE
                && counted.add(new Inode(found.layer(), entry.hardLinkTo().orElse(entry.path())));
        return counts ? entry.size() : 0;
    }

    private static List<LayerChange> all(List<LayerIndex> bottomFirst) {
        LayerReplay replay = new LayerReplay();
        List<LayerChange> last = List.of();
        for (LayerIndex index : bottomFirst) {
            last = replay.add(index);
        }
        Map<RawPath, LayerChange> all = new TreeMap<>();
        for (Found found : replay.tree()) {
            all.put(found.entry().path(), LayerChange.untouched(found, bottomFirst.size() - 1));
        }
        // The root is there even if no layer has it.
        MergedView.of(bottomFirst)
                .find(RawPath.ROOT)
                .ifPresent(root -> all.putIfAbsent(RawPath.ROOT, LayerChange.untouched(root, bottomFirst.size() - 1)));
        last.forEach(change -> all.put(change.path(), change));
        return List.copyOf(all.values());
    }
}
