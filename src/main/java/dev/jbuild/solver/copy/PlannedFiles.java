package dev.jbuild.solver.copy;

import dev.jbuild.fs.CancellableInput;
import dev.jbuild.layer.EntryType;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.progress.Cancellation;
import dev.jbuild.snapshot.PlannedFile;
import dev.jbuild.snapshot.PlannedFile.Content;
import dev.jbuild.sys.RawPath;
import dev.jbuild.sys.Stat;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Notes what would be in an upper directory, without making it: contents are read when the layer's tar is written. */
final class PlannedFiles implements UpperFiles {
    private final long now;
    private final Cancellation cancellation;
    private final NavigableMap<RawPath, Node> nodes = new TreeMap<>();
    private long numbers;

    /**
     * @param now when what has no time of its own was made, in seconds since 1970
     * @param cancellation ends the reading of contents
     */
    PlannedFiles(long now, Cancellation cancellation) {
        this.now = now;
        this.cancellation = cancellation;
        nodes.put(RawPath.ROOT, new Node(EntryType.DIRECTORY, 0));
    }

    /** A file under all its names. */
    private static final class Node {
        private final EntryType type;
        private final long number;
        private String linkTarget = "";
        private int major;
        private int minor;
        private @Nullable Content content;
        private boolean opaque;
        private int mode;
        private Owner owner = Owner.ROOT;
        private OptionalLong mtimeSeconds = OptionalLong.empty();
        private final NavigableMap<String, String> xattrs = new TreeMap<>();

        Node(EntryType type, long number) {
            this.type = type;
            this.number = number;
            // What nobody describes has what mkdir and mknod would give.
            this.mode = type == EntryType.DIRECTORY ? 0755 : type == EntryType.SYMLINK ? 0777 : 0600;
        }
    }

    private Node add(RawPath path, EntryType type) {
        Node node = new Node(type, ++numbers);
        nodes.put(path, node);
        return node;
    }

    private Node node(RawPath path) {
        Node node = nodes.get(path);
        if (node == null) {
            throw new IllegalStateException(path + " was not made");
        }
        return node;
    }

    @Override
    public synchronized void makeDirectory(RawPath path) {
        add(path, EntryType.DIRECTORY);
    }

    @Override
    public synchronized void delete(RawPath path) {
        nodes.remove(path);
    }

    @Override
    public synchronized void deleteDirectory(RawPath path) {
        nodes.remove(path);
    }

    @Override
    public synchronized void makeFile(RawPath path, FileSource source) {
        add(path, EntryType.FILE).content = new Content() {
            @Override
            public long size() {
                return source.size();
            }

            @Override
            public InputStream open() throws JbuildException {
                return new CancellableInput(source.open(), cancellation);
            }
        };
    }

    @Override
    public synchronized void makeFile(RawPath path, InputStream content) throws IOException {
        byte[] bytes = content.readAllBytes();
        add(path, EntryType.FILE).content = new Content() {
            @Override
            public long size() {
                return bytes.length;
            }

            @Override
            public InputStream open() {
                return new ByteArrayInputStream(bytes);
            }
        };
    }

    @Override
    public synchronized void makeHardLink(RawPath path, RawPath existing) {
        nodes.put(path, node(existing));
    }

    @Override
    public synchronized void makeSymlink(RawPath path, String latin1Target) {
        add(path, EntryType.SYMLINK).linkTarget = latin1Target;
    }

    @Override
    public synchronized void makeNode(RawPath path, int type, int major, int minor) {
        Node node = add(
                path,
                switch (type) {
                    case Stat.CHARACTER_DEVICE -> EntryType.CHARACTER_DEVICE;
                    case Stat.BLOCK_DEVICE -> EntryType.BLOCK_DEVICE;
                    default -> EntryType.FIFO;
                });
        node.major = major;
        node.minor = minor;
    }

    @Override
    public synchronized void makeWhiteout(RawPath path) {
        add(path, EntryType.WHITEOUT);
    }

    @Override
    public synchronized void makeOpaque(RawPath path) {
        node(path).opaque = true;
    }

    @Override
    public synchronized void describe(RawPath path, EntryType type, Attributes attributes) {
        describeQuickly(path, type, attributes);
        setXattrs(path, attributes);
    }

    @Override
    public synchronized void describeQuickly(RawPath path, EntryType type, Attributes attributes) {
        Node node = node(path);
        node.owner = attributes.owner();
        if (type != EntryType.SYMLINK) {
            node.mode = attributes.mode() & 07777;
        }
        if (attributes.mtimeSeconds().isPresent()) {
            node.mtimeSeconds = attributes.mtimeSeconds();
        }
    }

    @Override
    public synchronized void setXattrs(RawPath path, Attributes attributes) {
        node(path).xattrs.putAll(attributes.xattrs());
    }

    /** What there is, in path order, the root first. */
    List<PlannedFile> all() {
        List<PlannedFile> all = new ArrayList<>(nodes.size());
        for (Map.Entry<RawPath, Node> named : nodes.entrySet()) {
            Node node = named.getValue();
            all.add(new PlannedFile(
                    named.getKey(),
                    node.type,
                    node.number,
                    node.mode,
                    node.owner.uid(),
                    node.owner.gid(),
                    node.mtimeSeconds.orElse(now),
                    node.mtimeSeconds.isPresent(),
                    node.linkTarget,
                    node.major,
                    node.minor,
                    Collections.unmodifiableNavigableMap(node.xattrs),
                    node.opaque,
                    Optional.ofNullable(node.content)));
        }
        return all;
    }

    @Override
    public void close() {
        // Nothing was made.
    }
}
