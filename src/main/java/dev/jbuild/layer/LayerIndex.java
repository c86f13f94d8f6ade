package dev.jbuild.layer;

import dev.jbuild.sys.RawPath;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** All entries of a layer in path order, each path once. Immutable. */
public final class LayerIndex {
    public static final LayerIndex EMPTY = new LayerIndex(List.of());

    private final List<LayerEntry> entries;

    private LayerIndex(List<LayerEntry> sorted) {
        this.entries = sorted;
    }

    /**
     * @throws IllegalArgumentException if a path stands twice
     */
    public static LayerIndex of(Collection<LayerEntry> entries) {
        List<LayerEntry> sorted = new ArrayList<>(entries);
        sorted.sort(Comparator.comparing(LayerEntry::path));
        for (int i = 1; i < sorted.size(); i++) {
            if (sorted.get(i).path().equals(sorted.get(i - 1).path())) {
                throw new IllegalArgumentException(
                        "two entries for " + sorted.get(i).path());
            }
        }
        return new LayerIndex(Collections.unmodifiableList(sorted));
    }

    /** Of entries that are known to be in path order, each path once, as those of an intact file. Keeps the list. */
    static LayerIndex ofSorted(List<LayerEntry> sorted) {
        return new LayerIndex(Collections.unmodifiableList(sorted));
    }

    /** The entries in path order. */
    public List<LayerEntry> entries() {
        return entries;
    }

    public Optional<LayerEntry> find(RawPath path) {
        int at = position(path);
        return at < entries.size() && entries.get(at).path().equals(path)
                ? Optional.of(entries.get(at))
                : Optional.empty();
    }

    /** The entries beneath a directory, at any depth, without itself. */
    public List<LayerEntry> beneath(RawPath directory) {
        int from = position(directory);
        if (from < entries.size() && entries.get(from).path().equals(directory)) {
            from++;
        }
        int to = from;
        int high = entries.size();
        while (to < high) {
            int middle = (to + high) >>> 1;
            if (entries.get(middle).path().startsWith(directory)) {
                to = middle + 1;
            } else {
                high = middle;
            }
        }
        return entries.subList(from, to);
    }

    private int position(RawPath path) {
        int low = 0;
        int high = entries.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (entries.get(middle).path().compareTo(path) < 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof LayerIndex index && entries.equals(index.entries);
    }

    @Override
    public int hashCode() {
        return entries.hashCode();
    }
}
