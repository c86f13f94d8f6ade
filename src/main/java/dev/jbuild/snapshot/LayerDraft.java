package dev.jbuild.snapshot;

import dev.jbuild.layer.EntryType;
import dev.jbuild.layer.LayerEntry;
import dev.jbuild.layer.LayerIndex;
import dev.jbuild.sys.RawPath;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * A layer while its archive is read: names for files, of which several may be one; and apart from them, since their place
 * in the archive says nothing, what is removed from lower layers.
 */
final class LayerDraft {
    /** A file under all its names, as the entry for one of them. */
    private static final class Node {
        private LayerEntry entry;

        Node(LayerEntry entry) {
            this.entry = entry;
        }

        LayerEntry entry() {
            return entry;
        }
    }

    private final NavigableMap<RawPath, Node> names = new TreeMap<>();
    /** Directories that no entry describes. */
    private final Set<RawPath> implied = new HashSet<>();

    private final Set<RawPath> whiteouts = new HashSet<>();
    private final Set<RawPath> opaque = new HashSet<>();

    Optional<LayerEntry> find(RawPath path) {
        return Optional.ofNullable(names.get(path)).map(Node::entry);
    }

    /** A file of its own, in place of whatever had the name. */
    void put(LayerEntry entry) {
        if (!entry.isDirectory()) {
            removeBeneath(entry.path());
        }
        implied.remove(entry.path());
        names.put(entry.path(), new Node(entry));
    }

    void putImplied(LayerEntry directory) {
        put(directory);
        implied.add(directory.path());
    }

    /** A further name for the file called {@code existing}. */
    void link(RawPath path, RawPath existing) {
        Node node = names.get(existing);
        if (node == null) {
            throw new IllegalArgumentException("no file " + existing);
        }
        if (!path.equals(existing)) {
            removeBeneath(path);
            implied.remove(path);
            names.put(path, node);
        }
    }

    /** Says anew what the file with this name is, under all its names. */
    void describe(RawPath path, LayerEntry entry) {
        Node node = names.get(path);
        if (node == null) {
            throw new IllegalArgumentException("no file " + path);
        }
        node.entry = entry;
    }

    private void removeBeneath(RawPath path) {
        while (true) {
            RawPath next = names.higherKey(path);
            if (next == null || !next.startsWith(path)) {
                return;
            }
            names.remove(next);
            implied.remove(next);
        }
    }

    boolean isImplied(RawPath directory) {
        return implied.contains(directory);
    }

    /** The directories that no entry describes, from the top down. */
    List<RawPath> implied() {
        return implied.stream().sorted().toList();
    }

    void whiteout(RawPath path) {
        whiteouts.add(path);
    }

    void makeOpaque(RawPath directory) {
        opaque.add(directory);
    }

    boolean isOpaque(RawPath directory) {
        return opaque.contains(directory);
    }

    List<RawPath> whiteouts() {
        return whiteouts.stream().sorted().toList();
    }

    List<RawPath> opaqueDirectories() {
        return opaque.stream().sorted().toList();
    }

    /** Whether this layer hides what lower layers have at the path, by a mark at it or above. */
    boolean hides(RawPath path) {
        if (whiteouts.contains(path)) {
            return true;
        }
        return !path.isRoot() && (opaque.contains(path.parent()) || hides(path.parent()));
    }

    /** With the marks as far as the directory holds them. */
    LayerIndex index(Set<RawPath> whiteoutsMade) {
        List<LayerEntry> entries = new ArrayList<>();
        IdentityHashMap<Node, RawPath> firsts = new IdentityHashMap<>();
        for (Map.Entry<RawPath, Node> name : names.entrySet()) {
            RawPath first = firsts.putIfAbsent(name.getValue(), name.getKey());
            entries.add(named(name.getValue().entry(), name.getKey(), Optional.ofNullable(first)));
        }
        whiteoutsMade.forEach(path -> entries.add(LayerEntry.whiteout(path)));
        return LayerIndex.of(entries);
    }

    private LayerEntry named(LayerEntry entry, RawPath path, Optional<RawPath> first) {
        boolean hiding = entry.type() == EntryType.DIRECTORY && opaque.contains(path);
        return entry.at(path, first, hiding);
    }
}
