package dev.jbuild.inspect;

import dev.jbuild.layer.EntryType;
import dev.jbuild.layer.LayerEntry;
import dev.jbuild.layer.LayerIndex;
import dev.jbuild.snapshot.MergedView.Found;
import dev.jbuild.sys.RawPath;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Puts the layers of an image upon one another, bottom first, and tells what each changes in the tree that those below it
 * show. What a layer removes and has again is changed, not removed and added. For one thread.
 */
public final class LayerReplay {
    private final NavigableMap<RawPath, Found> tree = new TreeMap<>();
    private int layers;

    /** Puts the next layer on top. Returns its changes in path order, one a path. */
    public List<LayerChange> add(LayerIndex index) {
        int layer = layers++;
        NavigableMap<RawPath, Found> hidden = new TreeMap<>();
        // What a layer hides is of those below it, whatever the order of its entries.
        for (LayerEntry entry : index.entries()) {
            if (entry.type() == EntryType.WHITEOUT) {
                hide(entry.path(), hidden);
                hideBeneath(entry.path(), hidden);
            } else if (entry.opaque()) {
                hideBeneath(entry.path(), hidden);
            }
        }
        List<LayerChange> changes = new ArrayList<>();
        for (LayerEntry entry : index.entries()) {
            if (entry.type() != EntryType.WHITEOUT) {
                changes.add(put(new Found(entry, layer), hidden));
            }
        }
        hidden.values().forEach(gone -> changes.add(LayerChange.removed(gone, layer)));
        changes.sort(Comparator.comparing(LayerChange::path));
        return changes;
    }

    /** What the layers so far show together, in path order. */
    public List<Found> tree() {
        return List.copyOf(tree.values());
    }

    private LayerChange put(Found after, NavigableMap<RawPath, Found> hidden) {
        RawPath path = after.entry().path();
        @Nullable Found visible = tree.put(path, after);
        @Nullable Found before = visible == null ? hidden.remove(path) : visible;
        if (before == null) {
            return LayerChange.added(after);
        }
        if (before.entry().isDirectory() && !after.entry().isDirectory()) {
            hideBeneath(path, hidden);
        }
        return LayerChange.replaced(before, after);
    }

    private void hide(RawPath path, Map<RawPath, Found> hidden) {
        Found found = tree.remove(path);
        if (found != null) {
            hidden.put(path, found);
        }
    }

    private void hideBeneath(RawPath directory, Map<RawPath, Found> hidden) {
        Iterator<Map.Entry<RawPath, Found>> beneath =
                tree.tailMap(directory, false).entrySet().iterator();
        while (beneath.hasNext()) {
            Map.Entry<RawPath, Found> each = beneath.next();
            if (!each.getKey().startsWith(directory)) {
                break;
            }
            hidden.put(each.getKey(), each.getValue());
            beneath.remove();
        }
    }
}
