package dev.jbuild.snapshot;

import dev.jbuild.layer.LayerEntry;
import dev.jbuild.layer.LayerIndex;
import dev.jbuild.sys.RawPath;
import java.util.List;
import java.util.Optional;

/**
 * The tree that a stack of layers shows, answered from their indexes: no mount, no privileges. The root directory is
 * always there. Safe for use by many threads.
 */
public interface MergedView {
    static MergedView of(List<LayerIndex> bottomFirst) {
        return new LayeredView(bottomFirst);
    }

    /**
     * What one layer says by itself: its own entries, whiteouts among them, and nothing of other layers.
     *
     * @param number of the layer in its image
     */
    static MergedView ofLayer(LayerIndex layer, int number) {
        return new SingleLayerView(layer, number);
    }

    /** An entry and the number of the layer (from 0, bottom first) that says what is at its path. */
    record Found(LayerEntry entry, int layer) {}

    /** What is at this path, which is taken as it stands: no symlink is followed, in no segment. */
    Optional<Found> find(RawPath path);

    /** The path that {@code path} leads to, following symlinks and {@code ..} in all segments but the last, and in the
     * last too if {@code followLast}, without ever leaving the root. Segments that don't exist are kept.
     *
     * @throws dev.jbuild.problem.UserError after 255 symlinks (a loop)
     */
    RawPath resolve(RawPath path, boolean followLast) throws dev.jbuild.problem.UserError;

    /** What is in a directory, in name order; nothing for anything else. */
    List<Found> children(RawPath directory);

    /** Everything beneath a path at any depth in path order, without itself. */
    List<Found> beneath(RawPath directory);
}
