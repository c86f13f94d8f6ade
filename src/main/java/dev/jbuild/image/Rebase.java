package dev.jbuild.image;

import dev.jbuild.layer.EntryType;
import dev.jbuild.layer.LayerEntry;
import dev.jbuild.layer.LayerIndex;
import dev.jbuild.snapshot.MergedView;
import dev.jbuild.snapshot.MergedView.Found;
import dev.jbuild.sys.RawPath;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What becomes of files when layers move from one base to another. */
public final class Rebase {
    private Rebase() {}

    /** How the new base has a path that the moved layers have too, compared with the old one. */
    public enum Base {
        SAME,
        CHANGED,
        ADDED;

        /** {@code changed}. */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * A path of the new base that the moved layers hide.
     *
     * @param removed whether they remove it, and don't replace it
     */
    public record Overlap(RawPath path, boolean removed, Base base) {}

    /**
     * The overlaps in path order. Directories that stay directories hide nothing.
     *
     * @param moved the layers that move, bottom first
     */
    public static List<Overlap> overlaps(List<LayerIndex> oldBase, List<LayerIndex> newBase, List<LayerIndex> moved) {
        MergedView before = MergedView.of(oldBase);
        MergedView after = MergedView.of(newBase);
        TreeMap<RawPath, LayerEntry> last = new TreeMap<>();
        moved.forEach(layer -> layer.entries().forEach(entry -> last.put(entry.path(), entry)));
        List<Overlap> overlaps = new ArrayList<>();
        for (LayerEntry entry : last.values()) {
            Optional<LayerEntry> there = after.find(entry.path()).map(Found::entry);
            if (entry.opaque()) {
                hidden(entry.path(), before, after, last).forEach(overlaps::add);
            }
            if (there.isPresent() && !(entry.isDirectory() && there.get().isDirectory())) {
                boolean removed = entry.type() == EntryType.WHITEOUT;
                Optional<LayerEntry> old = before.find(entry.path()).map(Found::entry);
                overlaps.add(new Overlap(entry.path(), removed, base(old, there.get())));
            }
        }
        overlaps.sort(Comparator.comparing(Overlap::path));
        return overlaps;
    }

    /** What a directory hides that shows nothing of what is below it. */
    private static List<Overlap> hidden(
            RawPath directory, MergedView before, MergedView after, Map<RawPath, LayerEntry> moved) {
        return after.beneath(directory).stream()
                .map(Found::entry)
                .filter(entry -> !entry.isDirectory() && !moved.containsKey(entry.path()))
                .map(entry -> new Overlap(
                        entry.path(), true, base(before.find(entry.path()).map(Found::entry), entry)))
                .toList();
    }

    private static Base base(Optional<LayerEntry> before, LayerEntry after) {
        if (before.isEmpty()) {
            return Base.ADDED;
        }
        LayerEntry old = before.get();
        boolean same = old.type() == after.type()
                && old.mode() == after.mode()
                && old.uid() == after.uid()
                && old.gid() == after.gid()
                && old.linkTarget().equals(after.linkTarget())
                && old.xattrs().equals(after.xattrs())
                && old.content().equals(after.content());
        return same ? Base.SAME : Base.CHANGED;
    }
}
