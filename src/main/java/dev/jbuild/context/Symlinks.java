package dev.jbuild.context;

import dev.jbuild.layer.EntryType;
import dev.jbuild.layer.LayerEntry;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.problem.UserError;
import dev.jbuild.sys.RawPath;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/** Follows the symlinks of a tree inside it: its root is the root of absolute ones, and nothing leads out of it. */
final class Symlinks {
    private static final int MOST_SYMLINKS = 255;
    private static final RawPath UP = RawPath.of("..");

    private Symlinks() {}

    /** As {@link SourceTree#resolve}, by what {@link SourceTree#peek} says. */
    static RawPath resolve(SourceTree tree, RawPath path, boolean followLast) throws JbuildException {
        Deque<RawPath> rest = new ArrayDeque<>(path.segments());
        RawPath at = RawPath.ROOT;
        int symlinks = 0;
        while (!rest.isEmpty()) {
            RawPath segment = rest.removeFirst();
            if (segment.equals(UP)) {
                at = at.parent();
                continue;
            }
            at = at.resolve(segment);
            Optional<LayerEntry> entry = followLast || !rest.isEmpty() ? tree.peek(at) : Optional.empty();
            if (entry.isEmpty() || entry.get().type() != EntryType.SYMLINK) {
                continue;
            }
            if (++symlinks > MOST_SYMLINKS) {
                throw new UserError("too many symbolic links on the way to " + path + ", at " + at);
            }
            at = entry.get().linkTarget().startsWith("/") ? RawPath.ROOT : at.parent();
            List<RawPath> target =
                    new ArrayList<>(RawPath.of(entry.get().linkTargetBytes()).segments());
            Collections.reverse(target);
            target.forEach(rest::addFirst);
        }
        return at;
    }
}
