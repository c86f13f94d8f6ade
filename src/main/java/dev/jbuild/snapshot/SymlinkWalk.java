package dev.jbuild.snapshot;

import dev.jbuild.layer.EntryType;
import dev.jbuild.layer.LayerEntry;
import dev.jbuild.problem.UserError;
import dev.jbuild.snapshot.MergedView.Found;
import dev.jbuild.sys.RawPath;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/** Follows symlinks inside a view's tree, as the kernel would if that were the root. */
final class SymlinkWalk {
    private static final int MOST_SYMLINKS = 255;
    private static final RawPath UP = RawPath.of("..");

    private SymlinkWalk() {}

    /** See {@link MergedView#resolve}. */
    static RawPath resolve(MergedView view, RawPath path, boolean followLast) throws UserError {
        Deque<RawPath> rest = new ArrayDeque<>(path.segments());
        RawPath at = RawPath.ROOT;
        int symlinks = 0;
        while (!rest.isEmpty()) {
            RawPath segment = rest.remove();
            if (segment.equals(UP)) {
                at = at.parent();
                continue;
            }
            RawPath next = at.resolve(segment);
            Optional<LayerEntry> link = followLast || !rest.isEmpty() ? symlink(view, next) : Optional.empty();
            if (link.isEmpty()) {
                at = next;
                continue;
            }
            if (++symlinks > MOST_SYMLINKS) {
                throw new UserError("too many symbolic links on the way to " + path + ", at " + next);
            }
            if (link.get().linkTarget().startsWith("/")) {
                at = RawPath.ROOT;
            }
            List<RawPath> target =
                    new ArrayList<>(RawPath.of(link.get().linkTargetBytes()).segments());
            Collections.reverse(target);
            target.forEach(rest::addFirst);
        }
        return at;
    }

    private static Optional<LayerEntry> symlink(MergedView view, RawPath path) {
        return view.find(path).map(Found::entry).filter(entry -> entry.type() == EntryType.SYMLINK);
    }
}
