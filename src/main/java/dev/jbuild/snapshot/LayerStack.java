package dev.jbuild.snapshot;

import dev.jbuild.layer.LayerIndex;
import dev.jbuild.oci.DiffId;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.problem.RemoteError;
import dev.jbuild.store.LayerStore.StoredLayer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The layers of a root file system, bottom first. A value. */
public record LayerStack(List<StoredLayer> layers) {
    public static final LayerStack EMPTY = new LayerStack(List.of());

    public LayerStack {
        layers = List.copyOf(layers);
    }

    public LayerStack plus(StoredLayer top) {
        List<StoredLayer> more = new ArrayList<>(layers);
        more.add(top);
        return new LayerStack(more);
    }

    /** The layers from number {@code from} to before number {@code to}. */
    public LayerStack part(int from, int to) {
        return new LayerStack(layers.subList(from, to));
    }

    public List<DiffId> diffIds() {
        return layers.stream().map(StoredLayer::diffId).toList();
    }

    /** Whether it is known what is in all layers. */
    public boolean isKnown() {
        return layers.stream().allMatch(StoredLayer::isKnown);
    }

    /**
     * The diff directories, topmost first, as overlayfs wants its lowerdirs. A layer that stands in the stack twice is
     * given once, where it stands highest: overlayfs refuses the same directory twice, and whatever the lower one says
     * is said again above it. There may be more than can be mounted: see {@link Squasher#mountable}.
     */
    public List<Path> lowerDirectories() {
        Set<Path> directories = new LinkedHashSet<>();
        for (int i = layers.size() - 1; i >= 0; i--) {
            directories.add(layers.get(i).directory());
        }
        return List.copyOf(directories);
    }

    /** Makes the directories of all layers present, those that are elsewhere yet, too. */
    public void fetch() throws JbuildException {
        each(StoredLayer::fetch);
    }

    /** Makes all layers present in some form, those that are elsewhere yet, too. */
    public void keep() throws JbuildException {
        each(StoredLayer::keep);
    }

    private interface Work {
        void of(StoredLayer layer) throws JbuildException;
    }

    private void each(Work work) throws JbuildException {
        Optional<RemoteError> first = Optional.empty();
        for (StoredLayer layer : layers) {
            try {
                work.of(layer);
            } catch (RemoteError e) {
                // Whoever tries again is to know of all that can't be had.
                first = first.isPresent() ? first : Optional.of(e);
            }
        }
        if (first.isPresent()) {
            throw first.get();
        }
    }

    /** The stack seen as one tree. */
    public MergedView view() throws JbuildException {
        List<LayerIndex> indexes = new ArrayList<>();
        for (StoredLayer layer : layers) {
            indexes.add(layer.index());
        }
        return MergedView.of(indexes);
    }
}
