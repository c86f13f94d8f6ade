package dev.jbuild.snapshot;

import dev.jbuild.layer.LayerEntry;
import dev.jbuild.layer.LayerIndex;
import dev.jbuild.layer.SymlinkWalk;
import dev.jbuild.problem.UserError;
import dev.jbuild.sys.RawPath;
import java.util.List;
import java.util.Optional;

/** A layer's own entries as a tree. */
record SingleLayerView(LayerIndex layer, int number) implements MergedView {
    @Override
    public Optional<Found> find(RawPath path) {
        Optional<LayerEntry> entry = layer.find(path);
        if (entry.isEmpty() && path.isRoot()) {
            return Optional.of(new Found(LayeredView.plainRoot(), number));
        }
        return entry.map(this::found);
    }

    private Found found(LayerEntry entry) {
        return new Found(entry, number);
    }

    @Override
    public RawPath resolve(RawPath path, boolean followLast) throws UserError {
        return SymlinkWalk.<UserError>resolve(
                at -> find(at).map(Found::entry).flatMap(SymlinkWalk.RawLink::of), path, followLast);
    }

    @Override
    public List<Found> children(RawPath directory) {
        return layer.beneath(directory).stream()
                .filter(entry -> entry.path().parent().equals(directory))
                .map(this::found)
                .toList();
    }

    @Override
    public List<Found> beneath(RawPath directory) {
        return layer.beneath(directory).stream().map(this::found).toList();
    }
}
