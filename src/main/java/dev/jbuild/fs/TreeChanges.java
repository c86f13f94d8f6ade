package dev.jbuild.fs;

import dev.jbuild.sys.DirectoryItem;
import dev.jbuild.sys.Fd;
import dev.jbuild.sys.Linux;
import dev.jbuild.sys.RawPath;
import dev.jbuild.sys.Stat;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Finds what was changed in a directory since it was looked at, and does the same to another one, or writes it as overlayfs would
 * have: changed entries, marks for removed ones. The directory is known by its descriptor: whoever changes it may move it.
 */
public final class TreeChanges {
    private final Fd root;
    private final Set<RawPath> ignored;
    private final Set<RawPath> stubs;
    private final Map<RawPath, Stat> before = new HashMap<>();
    /** When directories were made: one that is made anew may get the inode of the old one. */
    private final Map<RawPath, Long> births = new HashMap<>();

    private final Map<RawPath, List<RawPath>> children = new HashMap<>();

    private TreeChanges(Fd root, Set<RawPath> ignored, Set<RawPath> stubs) {
        this.root = root;
        this.ignored = Set.copyOf(ignored);
        this.stubs = Set.copyOf(stubs);
    }

    /**
     * Looks at a directory.
     *
     * @param root stays open until the changes are dealt with
     * @param ignored paths of which, with all beneath, no change counts
     * @param stubs directories that are there for those only, and don't count as long as there is nothing else in them
     */
    public static TreeChanges since(Fd root, Set<RawPath> ignored, Set<RawPath> stubs) throws IOException {
        TreeChanges changes = new TreeChanges(root, ignored, stubs);
        try (Fd fresh = again(root)) {
            changes.look(fresh, RawPath.ROOT);
        }
        return changes;
    }

    /** Another descriptor, which can be listed from the beginning. */
    private static Fd again(Fd directory) throws IOException {
        return Linux.openDirectoryAt2(directory, RawPath.ROOT, Linux.RESOLVE_BENEATH);
    }

    private void look(Fd at, RawPath path) throws IOException {
        before.put(path, Linux.fstat(at));
        births.put(path, Linux.birth(at));
        List<RawPath> kept = new ArrayList<>();
        children.put(path, kept);
        for (DirectoryItem item : Linux.list(at)) {
            RawPath child = path.resolve(item.name());
            if (ignored.contains(child)) {
                continue;
            }
            kept.add(child);
            Stat stat = Linux.lstat(at, item.name());
            if (stat.isDirectory()) {
                try (Fd fd = Linux.openDirectoryAt(at, item.name())) {
                    look(fd, child);
                }
            } else {
                before.put(child, stat);
            }
        }
    }

    /** Moves what was changed to an upper directory of overlayfs. Nobody may be changing anything any more. */
    public void moveTo(Path upper) throws IOException {
        go(upper, false);
    }

    /** Makes the same changes to a directory that was copied, of which other files are left as they are. */
    public void repeatIn(Path original) throws IOException {
        go(original, true);
    }

    private void go(Path target, boolean repeat) throws IOException {
        try (TreeWriter writer = TreeWriter.open(target, TreeWriter.Ownership.KEEP);
                TreeRoot to = TreeRoot.open(target);
                Fd fresh = again(root)) {
            Stat now = Linux.fstat(fresh);
            if (isChanged(before.getOrDefault(RawPath.ROOT, now), now)) {
                writer.directory(RawPath.ROOT, metadata(fresh, RawPath.ROOT));
            }
            new Move(writer, to, repeat).directory(fresh, RawPath.ROOT, false);
            writer.finish();
        }
    }

    private static boolean isChanged(Stat then, Stat now) {
        return then.inode() != now.inode()
                || then.type() != now.type()
                || then.ctimeSeconds() != now.ctimeSeconds()
                || then.ctimeNanos() != now.ctimeNanos();
    }

    private static Metadata metadata(Fd in, RawPath name) throws IOException {
        return MergedCopy.withoutMarks(Metadata.read(in, name));
    }

    /** One pass over the directory. */
    private final class Move {
        private final TreeWriter writer;
        private final TreeRoot to;
        private final boolean repeat;
        private final Map<Long, RawPath> moved = new HashMap<>();
        /** The directories on the way to where the pass is that aren't in the upper directory yet, outermost first. */
        private final NavigableMap<RawPath, Metadata> pending = new TreeMap<>();

        private Move(TreeWriter writer, TreeRoot to, boolean repeat) {
            this.writer = writer;
            this.to = to;
            this.repeat = repeat;
        }

        private void directory(Fd at, RawPath path, boolean isNew) throws IOException {
            Set<RawPath> present = new HashSet<>();
            for (DirectoryItem item : Linux.list(at)) {
                RawPath child = path.resolve(item.name());
                present.add(child);
                if (!ignored.contains(child)) {
                    entry(at, item.name(), child, isNew);
                }
            }
            if (!isNew) {
                whiteouts(path, present);
            }
        }

        private void entry(Fd in, RawPath name, RawPath path, boolean inNew) throws IOException {
            Stat now = Linux.lstat(in, name);
            @Nullable Stat then = inNew ? null : before.get(path);
            if (!now.isDirectory()) {
                if (then == null || isChanged(then, now)) {
                    file(in, name, path, now);
                }
                return;
            }
            try (Fd fd = Linux.openDirectoryAt(in, name)) {
                boolean isNew = then == null
                        || then.inode() != now.inode()
                        || !Objects.equals(births.get(path), Linux.birth(fd));
                Metadata metadata = metadata(in, name);
                if (!isStub(path) && (then == null || isChanged(then, now))) {
                    parents();
                    if (repeat && isNew) {
                        writer.remove(path);
                    }
                    writer.directory(path, metadata);
                    if (isNew && then != null && !repeat) {
                        writer.opaque(path);
                    }
                } else {
                    pending.put(path, metadata);
                }
                directory(fd, path, isNew);
            }
            pending.remove(path);
        }

        private boolean isStub(RawPath path) {
            return stubs.contains(path);
        }

        private void file(Fd in, RawPath name, RawPath path, Stat now) throws IOException {
            if (now.type() == Stat.SOCKET || (now.type() == Stat.CHARACTER_DEVICE && now.deviceMajor() == 0)) {
                return; // without a process, a socket is none; and marks are not a step's to make
            }
            parents();
            RawPath first = now.links() > 1 ? moved.putIfAbsent(now.inode(), path) : null;
            if (first != null) {
                writer.hardLink(path, first);
                return;
            }
            if (repeat) {
                copy(in, name, path);
                return;
            }
            for (String xattr : Linux.listxattr(in, name)) {
                if (OverlayXattrs.owns(xattr)) {
                    Linux.removexattr(in, name, xattr);
                }
            }
            Linux.renameat2(in, name, to.parentOf(path), path.fileName(), 0);
        }

        private void copy(Fd in, RawPath name, RawPath path) throws IOException {
            Metadata metadata = metadata(in, name);
            if (metadata.kind() != Metadata.Kind.FILE) {
                writer.special(path, metadata);
                return;
            }
            try (Fd file = Linux.openat(in, name, Linux.O_RDONLY | Linux.O_NONBLOCK, 0)) {
                writer.file(path, metadata, file);
            }
        }

        /** What lies on the way to a change is there too, as overlayfs would have copied it up. */
        private void parents() throws IOException {
            for (Map.Entry<RawPath, Metadata> directory : pending.entrySet()) {
                if (repeat) {
                    writer.parents(directory.getKey().resolve("x"));
                } else {
                    writer.directory(directory.getKey(), directory.getValue());
                }
            }
            pending.clear();
        }

        private void whiteouts(RawPath path, Set<RawPath> present) throws IOException {
            for (RawPath old : children.getOrDefault(path, List.of())) {
                if (!present.contains(old)) {
                    parents();
                    if (repeat) {
                        writer.remove(old);
                    } else {
                        writer.whiteout(old);
                    }
                }
            }
        }
    }
}
