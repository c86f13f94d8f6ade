package dev.jbuild.solver.copy;

import dev.jbuild.context.SourceTree;
import dev.jbuild.layer.EntryType;
import dev.jbuild.layer.LayerEntry;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.problem.UserError;
import dev.jbuild.sys.RawPath;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;

/**
 * A root file system that is being changed: the base as it is, and over it an upper directory that holds the changes as
 * overlayfs would. Whatever is asked here is answered as a mount of both would; whatever is made goes to the upper
 * directory, with directories of the base above it copied up. For one thread, but for the writing of contents.
 *
 * <p>Directories get their attributes by {@link #finish}, so that these neither stand in the way of what is put into them
 * nor are changed by it.
 */
final class Target implements AutoCloseable {
    private static final int MOST_SYMLINKS = 255;
    private static final RawPath UP = RawPath.of("..");

    private final SourceTree base;
    private final UpperFiles files;
    private final NavigableMap<RawPath, Node> made = new TreeMap<>();
    /** Where the base had something that was removed. */
    private final Set<RawPath> removed = new HashSet<>();

    /** @param files makes what is to be in the upper directory */
    Target(UpperFiles files, SourceTree base) throws JbuildException {
        this.base = base;
        this.files = files;
        Optional<LayerEntry> root = base.peek(RawPath.ROOT);
        Node node = new Node(EntryType.DIRECTORY, "", false);
        node.attributes = root.map(Attributes::of);
        made.put(RawPath.ROOT, node);
    }

    /** Something in the upper directory. */
    private static final class Node {
        private final EntryType type;
        private final String linkTarget;
        /** Whether nothing of the base shows through beneath it. */
        private final boolean covers;
        /** A directory's, still to be set. */
        private Optional<Attributes> attributes = Optional.empty();

        Node(EntryType type, String linkTarget, boolean covers) {
            this.type = type;
            this.linkTarget = linkTarget;
            this.covers = covers;
        }
    }

    private record Seen(EntryType type, String linkTarget) {}

    private Optional<Seen> see(RawPath path) throws JbuildException {
        Node node = made.get(path);
        if (node != null) {
            return node.type == EntryType.WHITEOUT
                    ? Optional.empty()
                    : Optional.of(new Seen(node.type, node.linkTarget));
        }
        return shown(path).map(entry -> new Seen(entry.type(), entry.linkTarget()));
    }

    /** What of the base is at a path where nothing was made. */
    private Optional<LayerEntry> shown(RawPath path) throws JbuildException {
        if (removed.contains(path)) {
            return Optional.empty();
        }
        for (RawPath above = path; !above.isRoot(); ) {
            above = above.parent();
            Node node = made.get(above);
            if (node != null) {
                boolean through = node.type == EntryType.DIRECTORY && !node.covers;
                return through ? base.peek(path) : Optional.empty();
            }
            if (removed.contains(above)) {
                return Optional.empty();
            }
        }
        return base.peek(path);
    }

    /** What is at a path, taken as it stands. */
    Optional<EntryType> typeAt(RawPath path) throws JbuildException {
        return see(path).map(Seen::type);
    }

    boolean isDirectory(RawPath path) throws JbuildException {
        return typeAt(path).filter(type -> type == EntryType.DIRECTORY).isPresent();
    }

    /**
     * Where a path leads when symlinks are followed in all segments.
     *
     * @param root the directory that neither {@code ..} nor an absolute symlink leads out of
     */
    RawPath resolve(RawPath root, RawPath path) throws JbuildException {
        Deque<RawPath> rest = new ArrayDeque<>(path.segments());
        RawPath at = root;
        int symlinks = 0;
        while (!rest.isEmpty()) {
            RawPath segment = rest.removeFirst();
            if (segment.equals(UP)) {
                at = at.equals(root) ? at : at.parent();
                continue;
            }
            RawPath next = at.resolve(segment);
            Optional<Seen> seen = see(next);
            if (seen.isEmpty() || seen.get().type() != EntryType.SYMLINK) {
                at = next;
                continue;
            }
            if (++symlinks > MOST_SYMLINKS) {
                throw new UserError("too many symbolic links on the way to /" + path + ", at /" + next);
            }
            String target = seen.get().linkTarget();
            at = target.startsWith("/") ? root : at;
            List<RawPath> segments =
                    new ArrayList<>(RawPath.of(LinkTarget.bytes(target)).segments());
            Collections.reverse(segments);
            segments.forEach(rest::addFirst);
        }
        return at;
    }

    /** Makes the directories of a path that aren't there; says whether there were such. */
    boolean makeDirectories(RawPath path, int mode, Owner owner) throws JbuildException, IOException {
        Optional<EntryType> type = typeAt(path);
        if (type.isPresent()) {
            if (type.get() != EntryType.DIRECTORY) {
                throw new UserError("mkdir /" + path + ": not a directory");
            }
            return false;
        }
        makeDirectories(path.parent(), mode, owner);
        makeDirectory(path, Attributes.of(mode, owner));
        return true;
    }

    /** Makes a directory where there is nothing, in one that is there. */
    void makeDirectory(RawPath path, Attributes attributes) throws JbuildException, IOException {
        clear(path);
        boolean covers = removed.contains(path);
        files.makeDirectory(path);
        if (covers && base.peek(path).filter(LayerEntry::isDirectory).isPresent()) {
            files.makeOpaque(path);
        }
        Node node = new Node(EntryType.DIRECTORY, "", covers);
        node.attributes = Optional.of(attributes);
        made.put(path, node);
    }

    /** The attributes that a directory has or is going to have. */
    Attributes attributes(RawPath directory) throws JbuildException, IOException {
        copyUp(directory);
        return node(directory).attributes.orElse(Attributes.of(0755, Owner.ROOT));
    }

    void setAttributes(RawPath directory, Attributes attributes) throws JbuildException, IOException {
        copyUp(directory);
        node(directory).attributes = Optional.of(attributes);
    }

    private Node node(RawPath path) {
        Node node = made.get(path);
        if (node == null) {
            throw new IllegalStateException(path + " was not made");
        }
        return node;
    }

    /** Makes sure that a directory of the base is in the upper directory too. */
    private void copyUp(RawPath directory) throws JbuildException, IOException {
        Node node = made.get(directory);
        if (node != null) {
            if (node.type != EntryType.DIRECTORY) {
                throw new UserError("/" + directory + ": not a directory");
            }
            return;
        }
        Optional<LayerEntry> entry = shown(directory);
        if (entry.isEmpty() || !entry.get().isDirectory()) {
            throw new UserError("/" + directory + ": not a directory");
        }
        copyUp(directory.parent());
        files.makeDirectory(directory);
        Node copy = new Node(EntryType.DIRECTORY, "", false);
        copy.attributes = entry.map(Attributes::of);
        made.put(directory, copy);
    }

    /** Readies the place for something new: its parent is there, and nothing that was made before. */
    private void clear(RawPath path) throws JbuildException, IOException {
        copyUp(path.parent());
        Node node = made.get(path);
        if (node == null) {
            return;
        }
        if (node.type == EntryType.DIRECTORY) {
            throw new IllegalStateException(path + " is a directory");
        }
        files.delete(path);
        made.remove(path);
    }

    /**
     * Readies the place for a file, which the caller makes with {@link UpperFiles}, and that replaces whatever else than a
     * directory was there.
     */
    UpperFiles claim(RawPath path, EntryType type, String linkTarget) throws JbuildException, IOException {
        clear(path);
        made.put(path, new Node(type, linkTarget, true));
        return files;
    }

    /** For a file that could not be made: nothing is at its path. */
    void forget(RawPath path) {
        made.remove(path);
    }

    /** Removes what is at a path, with all that is beneath it. */
    void remove(RawPath path) throws JbuildException, IOException {
        for (RawPath each : List.copyOf(made.tailMap(path, true).descendingKeySet())) {
            if (each.startsWith(path)) {
                Node node = node(each);
                made.remove(each);
                if (node.type == EntryType.DIRECTORY) {
                    files.deleteDirectory(each);
                } else {
                    files.delete(each);
                }
            }
        }
        if (shown(path).isPresent()) {
            removed.add(path);
        }
    }

    /** Removes what is at a path so that it stays away. */
    void whiteOut(RawPath path) throws JbuildException, IOException {
        remove(path);
        if (removed.contains(path)) {
            claim(path, EntryType.WHITEOUT, "");
            files.makeWhiteout(path);
        }
    }

    /** A further name for a file, which is first copied up if it is the base's. */
    UpperFiles hardLink(RawPath path, RawPath existing) throws JbuildException, IOException {
        if (!made.containsKey(existing)) {
            copyUpFile(existing);
        }
        Node node = node(existing);
        claim(path, node.type, node.linkTarget).makeHardLink(path, existing);
        return files;
    }

    private void copyUpFile(RawPath path) throws JbuildException, IOException {
        Optional<LayerEntry> entry = shown(path);
        if (entry.isEmpty() || entry.get().isDirectory()) {
            throw new UserError(
                    "link /" + path + ": " + (entry.isEmpty() ? "no such file or directory" : "is a directory"));
        }
        UpperFiles at = claim(path, entry.get().type(), entry.get().linkTarget());
        if (entry.get().type() == EntryType.FILE) {
            try (InputStream content = base.open(path)) {
                at.makeFile(path, content);
            }
        } else {
            at.makeSpecial(path, entry.get());
        }
        at.describe(path, entry.get().type(), Attributes.of(entry.get()));
    }

    /** Gives all directories their attributes. */
    void finish() throws IOException {
        for (RawPath path : made.descendingKeySet()) {
            Node node = node(path);
            if (node.type == EntryType.DIRECTORY && node.attributes.isPresent()) {
                files.describe(path, EntryType.DIRECTORY, node.attributes.get());
            }
        }
    }

    /** Sets a directory's time again, to that of what was copied into it. */
    void touch(RawPath directory, long mtimeSeconds) throws JbuildException, IOException {
        Attributes old = attributes(directory);
        setAttributes(directory, new Attributes(old.mode(), old.owner(), OptionalLong.of(mtimeSeconds), old.xattrs()));
    }

    @Override
    public void close() {
        files.close();
    }
}
