package dev.jbuild.context;

import dev.jbuild.layer.EntryType;
import dev.jbuild.layer.LayerEntry;
import dev.jbuild.sys.HostPaths;
import dev.jbuild.sys.RawPath;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.util.Collections;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

/** Reads what the file system says of files of a context; without native code. */
final class ContextEntries {
    private static final String ATTRIBUTES = "unix:mode,nlink,ino,dev,rdev,size,lastModifiedTime";
    private static final Path SLASH = Path.of("/");

    private final boolean readXattrs;

    /** @param root whose file system tells whether there can be extended attributes */
    ContextEntries(Path root) throws IOException {
        this.readXattrs = Files.getFileStore(root).supportsFileAttributeView(UserDefinedFileAttributeView.class);
    }

    /** Tells the names of a file with more than one from other files. */
    record Inode(Object device, Object number) {}

    /** An entry, and which file it is when that has further names. */
    record Read(LayerEntry entry, Optional<Inode> inode) {}

    /** What is there; nothing for what isn't there or can't be copied, such as a socket. */
    Optional<Read> read(Path file, RawPath path) throws IOException {
        Map<String, Object> attributes;
        try {
            attributes = Files.readAttributes(file, ATTRIBUTES, LinkOption.NOFOLLOW_LINKS);
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
        int mode = (Integer) get(attributes, "mode");
        Optional<EntryType> type = type(mode);
        if (type.isEmpty()) {
            return Optional.empty();
        }
        LayerEntry entry = entry(file, path, type.get(), mode, attributes);
        boolean manyNames = type.get() != EntryType.DIRECTORY && (Integer) get(attributes, "nlink") > 1;
        Optional<Inode> inode =
                manyNames ? Optional.of(new Inode(get(attributes, "dev"), get(attributes, "ino"))) : Optional.empty();
        return Optional.of(new Read(entry, inode));
    }

    private static Object get(Map<String, Object> attributes, String name) {
        return Objects.requireNonNull(attributes.get(name), name);
    }

    /** All belongs to root, as the ids of whoever builds mean nothing in an image. */
    private LayerEntry entry(Path file, RawPath path, EntryType type, int mode, Map<String, Object> attributes)
            throws IOException {
        long device = type == EntryType.CHARACTER_DEVICE || type == EntryType.BLOCK_DEVICE
                ? (Long) get(attributes, "rdev")
                : 0;
        FileTime modified = (FileTime) get(attributes, "lastModifiedTime");
        return new LayerEntry(
                path,
                type,
                mode & 07777,
                0,
                0,
                type == EntryType.FILE ? (Long) get(attributes, "size") : 0,
                Math.floorDiv(modified.toMillis(), 1000L),
                type == EntryType.SYMLINK ? linkTarget(file) : "",
                (int) ((device >>> 8 & 0xfff) | (device >>> 32 & ~0xfffL)),
                (int) ((device & 0xff) | (device >>> 12 & ~0xffL)),
                xattrs(file, type),
                Optional.empty(),
                Optional.empty(),
                false);
    }

    private static Optional<EntryType> type(int mode) {
        return switch (mode & 0170000) {
            case 0100000 -> Optional.of(EntryType.FILE);
            case 0040000 -> Optional.of(EntryType.DIRECTORY);
            case 0120000 -> Optional.of(EntryType.SYMLINK);
            case 0020000 -> Optional.of(EntryType.CHARACTER_DEVICE);
            case 0060000 -> Optional.of(EntryType.BLOCK_DEVICE);
            case 0010000 -> Optional.of(EntryType.FIFO);
            default -> Optional.empty();
        };
    }

    private static String linkTarget(Path link) throws IOException {
        Path target = Files.readSymbolicLink(link);
        String bytes = new String(HostPaths.bytes(SLASH.resolve(target)), StandardCharsets.ISO_8859_1);
        return target.isAbsolute() ? bytes : bytes.substring(1);
    }

    private NavigableMap<String, String> xattrs(Path file, EntryType type) throws IOException {
        // The view follows symlinks, and other kinds of file have no attributes that users may set.
        if (!readXattrs || (type != EntryType.FILE && type != EntryType.DIRECTORY)) {
            return Collections.emptyNavigableMap();
        }
        UserDefinedFileAttributeView view = Files.getFileAttributeView(file, UserDefinedFileAttributeView.class);
        if (view == null || !Files.isReadable(file)) {
            return Collections.emptyNavigableMap();
        }
        NavigableMap<String, String> xattrs = new TreeMap<>();
        for (String name : view.list()) {
            ByteBuffer value = ByteBuffer.allocate(view.size(name));
            view.read(name, value);
            xattrs.put("user." + name, new String(value.array(), 0, value.position(), StandardCharsets.ISO_8859_1));
        }
        return xattrs;
    }
}
