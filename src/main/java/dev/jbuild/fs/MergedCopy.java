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
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * Copies what overlayfs would show of directories without mounting them. Contents are shared on disk if that can be.
 */
public final class MergedCopy implements AutoCloseable {
    private final OverlayXattrs overlay;
    private final TreeWriter writer;
    private final RawPath destination;
    private final List<TreeRoot> layers = new ArrayList<>();
    /** The first copies of files that have several names, by layer and inode. */
    private final Map<String, RawPath> linked = new HashMap<>();

    private MergedCopy(OverlayXattrs overlay, TreeWriter writer, RawPath destination) {
        this.overlay = overlay;
        this.writer = writer;
        this.destination = destination;
    }

    /**
     * Copies a file or a directory.
     *
     * @param directories topmost first
     * @param source a path in them; if there is nothing, nothing is copied
     * @param destination where it comes to stand; what is above it must be there
     */
    public static void copy(List<Path> directories, RawPath source, TreeWriter writer, RawPath destination)
            throws IOException {
        try (MergedCopy copy = new MergedCopy(OverlayXattrs.ofThisProcess(), writer, destination)) {
            for (Path directory : directories) {
                copy.layers.add(TreeRoot.open(directory));
            }
            List<Integer> from = new ArrayList<>();
            for (int i = 0; i < directories.size(); i++) {
                from.add(i);
            }
            RawPath at = RawPath.ROOT;
            for (RawPath segment : source.segments()) {
                from = copy.within(from, at);
                at = at.resolve(segment);
                from = copy.having(from, at);
            }
            copy.add(from, at, at);
        }
    }

    /** The layers that say something of what is in a directory, which all of these have. */
    private List<Integer> within(List<Integer> from, RawPath directory) throws IOException {
        List<Integer> open = new ArrayList<>();
        for (int layer : from) {
            Metadata metadata = metadata(layer, directory);
            if (metadata.kind() != Metadata.Kind.DIRECTORY) {
                break;
            }
            open.add(layer);
            if ("y".equals(metadata.xattrs().get(overlay.opaque()))) {
                break;
            }
        }
        return open;
    }

    private List<Integer> having(List<Integer> from, RawPath path) throws IOException {
        List<Integer> having = new ArrayList<>();
        for (int layer : from) {
            try (Fd parent = layers.get(layer).openDirectory(path.parent())) {
                boolean there =
                        Linux.list(parent).stream().anyMatch(item -> item.name().equals(path.fileName()));
                if (there) {
                    having.add(layer);
                }
            }
        }
        return having;
    }

    private Metadata metadata(int layer, RawPath path) throws IOException {
        TreeRoot root = layers.get(layer);
        return Metadata.read(root.parentOf(path), path.fileName());
    }

    private void add(List<Integer> from, RawPath path, RawPath top) throws IOException {
        if (from.isEmpty()) {
            return;
        }
        int upmost = from.get(0);
        Metadata found = metadata(upmost, path);
        if (Whiteouts.is(found, overlay)) {
            return;
        }
        Metadata metadata = withoutMarks(found);
        RawPath to = destination.resolve(path.relativeTo(top));
        switch (metadata.kind()) {
            case DIRECTORY -> {
                writer.directory(to, metadata);
                for (Map.Entry<RawPath, List<Integer>> child :
                        children(within(from, path), path).entrySet()) {
                    add(child.getValue(), path.resolve(child.getKey()), top);
                }
            }
            case FILE -> addFile(upmost, path, to, metadata);
            default -> writer.special(to, metadata);
        }
    }

    private void addFile(int layer, RawPath path, RawPath to, Metadata metadata) throws IOException {
        try (Fd file = layers.get(layer).openFile(path)) {
            Stat stat = Linux.fstat(file);
            RawPath first = stat.links() > 1 ? linked.putIfAbsent(layer + ":" + stat.inode(), to) : null;
            if (first != null) {
                writer.hardLink(to, first);
            } else {
                writer.file(to, metadata, file);
            }
        }
    }

    private NavigableMap<RawPath, List<Integer>> children(List<Integer> from, RawPath directory) throws IOException {
        NavigableMap<RawPath, List<Integer>> children = new TreeMap<>();
        for (int layer : from) {
            try (Fd fd = layers.get(layer).openDirectory(directory)) {
                for (DirectoryItem item : Linux.list(fd)) {
                    children.computeIfAbsent(item.name(), name -> new ArrayList<>())
                            .add(layer);
                }
            }
        }
        return children;
    }

    /** What remains when what steers overlayfs is taken away. */
    static Metadata withoutMarks(Metadata metadata) {
        NavigableMap<String, String> xattrs = new TreeMap<>(metadata.xattrs());
        xattrs.keySet().removeIf(OverlayXattrs::owns);
        return new Metadata(
                metadata.kind(),
                metadata.mode(),
                metadata.uid(),
                metadata.gid(),
                metadata.mtimeSeconds(),
                metadata.mtimeNanos(),
                metadata.linkTarget(),
                metadata.deviceMajor(),
                metadata.deviceMinor(),
                xattrs);
    }

    @Override
    public void close() {
        layers.forEach(TreeRoot::close);
    }
}
