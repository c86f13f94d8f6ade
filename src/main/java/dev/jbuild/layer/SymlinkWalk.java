package dev.jbuild.layer;

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

    /** Says where the symlink at a path of the tree leads; absent if there is none, or something else. */
    @FunctionalInterface
    public interface Tree<X extends Exception> {
        Optional<RawLink> find(RawPath path) throws X;
    }

    /** What a symlink says, byte by byte. */
    public record RawLink(boolean absolute, List<RawPath> segments) {
        public RawLink {
            segments = List.copyOf(segments);
        }

        public static RawLink of(byte[] target) {
            return new RawLink(
                    target.length > 0 && target[0] == '/', RawPath.of(target).segments());
        }

        /** That of an entry, if it is a symlink. */
        public static Optional<RawLink> of(LayerEntry entry) {
            return entry.type() == EntryType.SYMLINK ? Optional.of(of(entry.linkTargetBytes())) : Optional.empty();
        }
    }

    /**
     * The path that {@code path} leads to. Segments that don't exist are kept.
     *
     * @param followLast whether a symlink at its end is followed; those on the way are
     * @throws UserError after 255 symlinks (a loop)
     */
    public static <X extends Exception> RawPath resolve(Tree<X> tree, RawPath path, boolean followLast)
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
            Optional<RawLink> link = followLast || !rest.isEmpty() ? tree.find(at) : Optional.empty();
            if (link.isEmpty()) {
                continue;
            }
            if (++symlinks > MOST_SYMLINKS) {
                throw new UserError("too many symbolic links on the way to " + path + ", at " + at);
            }
            at = link.get().absolute() ? RawPath.ROOT : at.parent();
            List<RawPath> target = new ArrayList<>(link.get().segments());
            Collections.reverse(target);
            target.forEach(rest::addFirst);
        }
        return at;
    }
}
