package dev.jbuild.context;

import dev.jbuild.layer.EntryType;
import dev.jbuild.layer.LayerEntry;
import dev.jbuild.oci.Digest;
import dev.jbuild.sys.HostPaths;
import dev.jbuild.sys.RawPath;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileStore;
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
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** Reads what the file system says of files of a context; without native code. */
final class ContextEntries {
    private static final String ATTRIBUTES = "unix:mode,nlink,ino,dev,rdev,size,lastModifiedTime,ctime";
    private static final Path SLASH = Path.of("/");

    private final Optional<StatIndex> index;
    private final boolean readXattrs;
    private final OptionalLong reliableDevice;

    /**
     * @param root whose file system tells whether there can be extended attributes
     * @param index what is known of the files already
     */
    ContextEntries(Path root, Optional<StatIndex> index) throws IOException {
        this.index = index;
        FileStore fileSystem = Files.getFileStore(root);
        this.readXattrs = fileSystem.supportsFileAttributeView(UserDefinedFileAttributeView.class);
        this.reliableDevice = StatIndex.canRelyOn(fileSystem.type())
                ? OptionalLong.of(stat(root).device())
                : OptionalLong.empty();
    }

    /** Tells the names of a file with more than one from other files. */
    record Inode(Object device, Object number) {}

    /**
     * An entry.
     *
     * @param stat what it can be recognised by
     * @param inode which file it is when that has further names
     * @param known a file's digest, if the file is as it was when that was computed
     */
    record Read(LayerEntry entry, FileStat stat, Optional<Inode> inode, Optional<Digest> known) {}

    /** Whether a file that looks the same is the same: not if it is on another file system than the root. */
    boolean canRelyOn(FileStat stat) {
        return reliableDevice.isPresent() && reliableDevice.getAsLong() == stat.device();
    }

    /** What is there; nothing for what isn't there or can't be copied, such as a socket. */
    Optional<Read> read(Path file, RawPath path) throws IOException {
        Map<String, Object> attributes;
        try {
            attributes = attributes(file);
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
        int mode = (Integer) get(attributes, "mode");
        Optional<EntryType> type = type(mode);
        if (type.isEmpty()) {
            return Optional.empty();
        }
        FileStat stat = stat(attributes);
        Optional<StatIndexFile.Entry> known = type.get() == EntryType.FILE && canRelyOn(stat)
                ? index.flatMap(each -> each.find(path, stat))
                : Optional.empty();
        boolean plain = known.map(StatIndexFile.Entry::plain).orElse(false);
        LayerEntry entry = entry(file, path, type.get(), attributes, plain);
        boolean manyNames = type.get() != EntryType.DIRECTORY && (Integer) get(attributes, "nlink") > 1;
        Optional<Inode> inode =
                manyNames ? Optional.of(new Inode(get(attributes, "dev"), get(attributes, "ino"))) : Optional.empty();
        return Optional.of(new Read(entry, stat, inode, known.map(StatIndexFile.Entry::digest)));
    }

    /** What a file can be recognised by. */
    static FileStat stat(Path file) throws IOException {
        return stat(attributes(file));
    }

    private static FileStat stat(Map<String, Object> attributes) {
        return new FileStat(
                (Integer) get(attributes, "mode"),
                (Long) get(attributes, "size"),
                ((FileTime) get(attributes, "lastModifiedTime")).to(TimeUnit.NANOSECONDS),
                ((FileTime) get(attributes, "ctime")).to(TimeUnit.NANOSECONDS),
                (Long) get(attributes, "ino"),
                (Long) get(attributes, "dev"));
    }

    private static Map<String, Object> attributes(Path file) throws IOException {
        return Files.readAttributes(file, ATTRIBUTES, LinkOption.NOFOLLOW_LINKS);
    }

    private static Object get(Map<String, Object> attributes, String name) {
        return Objects.requireNonNull(attributes.get(name), name);
    }

    /** All belongs to root, as the ids of whoever builds mean nothing in an image. */
    private LayerEntry entry(Path file, RawPath path, EntryType type, Map<String, Object> attributes, boolean plain)
            throws IOException {
        long device = type == EntryType.CHARACTER_DEVICE || type == EntryType.BLOCK_DEVICE
                ? (Long) get(attributes, "rdev")
                : 0;
        FileTime modified = (FileTime) get(attributes, "lastModifiedTime");
        return new LayerEntry(
                path,
                type,
                (Integer) get(attributes, "mode") & 07777,
                0,
                0,
                type == EntryType.FILE ? (Long) get(attributes, "size") : 0,
                Math.floorDiv(modified.toMillis(), 1000L),
                type == EntryType.SYMLINK ? linkTarget(file) : "",
                (int) ((device >>> 8 & 0xfff) | (device >>> 32 & ~0xfffL)),
                (int) ((device & 0xff) | (device >>> 12 & ~0xffL)),
                plain ? Collections.emptyNavigableMap() : xattrs(file, type),
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
