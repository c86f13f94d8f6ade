package dev.jbuild.layer;

import dev.jbuild.problem.JbuildException;
import dev.jbuild.problem.UserError;
import dev.jbuild.sys.RawPath;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * Follows the symlinks of a tree inside it, as the kernel would if its root were that of the process: absolute ones begin at it,
 * and nothing leads out of it.
 */
public final class SymlinkWalk {
    private static final int MOST_SYMLINKS = 255;
    private static final RawPath UP = RawPath.of("..");

    private SymlinkWalk() {}

    /** Says what is at a path of the tree, without following a symlink. */
    @FunctionalInterface
    public interface Tree<X extends JbuildException> {
        Optional<LayerEntry> find(RawPath path) throws X;
    }

    /**
     * The path that {@code path} leads to. Segments that don't exist are kept.
     *
     * @param followLast whether a symlink at its end is followed; those on the way are
     * @throws UserError after 255 symlinks (a loop)
     */
    public static <X extends JbuildException> RawPath resolve(Tree<X> tree, RawPath path, boolean followLast)
            throws X, UserError {
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
            Optional<LayerEntry> entry = followLast || !rest.isEmpty() ? tree.find(at) : Optional.empty();
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
