package dev.jbuild.solver.copy;

import dev.jbuild.context.SourceTree;
import dev.jbuild.layer.LayerEntry;
import dev.jbuild.problem.UserError;
import dev.jbuild.sys.RawPath;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;

/** A tree without anything, not even attributes of its root. */
final class EmptyTree implements SourceTree {
    private static final RawPath UP = RawPath.of("..");

    @Override
    public Optional<LayerEntry> find(RawPath path) {
        return Optional.empty();
    }

    @Override
    public RawPath resolve(RawPath path, boolean followLast) {
        RawPath at = RawPath.ROOT;
        for (RawPath segment : path.segments()) {
            at = segment.equals(UP) ? at.parent() : at.resolve(segment);
        }
        return at;
    }

    @Override
    public List<LayerEntry> children(RawPath directory) {
        return List.of();
    }

    @Override
    public InputStream open(RawPath file) throws UserError {
        throw new UserError("\"/" + file + "\": not found");
    }
}
