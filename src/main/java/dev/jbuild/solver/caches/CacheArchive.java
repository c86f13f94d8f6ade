package dev.jbuild.solver.caches;

import dev.jbuild.fs.CancellableInput;
import dev.jbuild.fs.Metadata;
import dev.jbuild.fs.TreeWriter;
import dev.jbuild.layer.LayerTarReader;
import dev.jbuild.layer.TarEntry;
import dev.jbuild.layer.TarEntryWriter;
import dev.jbuild.problem.BuildCancelled;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.problem.UserError;
import dev.jbuild.progress.Cancellation;
import dev.jbuild.sys.DirectoryItem;
import dev.jbuild.sys.Fd;
import dev.jbuild.sys.Linux;
import dev.jbuild.sys.RawPath;
import dev.jbuild.sys.Stat;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * A cache as a tar: owners, modes, times with their fractions, extended attributes and hard links are kept. A comment says
 * what the cache is for; any other tar will do as well.
 */
final class CacheArchive {
    private static final String COMMENT = "jbuild cache mount ";
    private static final RawPath UP = RawPath.of("..");
    private static final Set<String> CARRIED =
            Set.of("security.capability", "system.posix_acl_access", "system.posix_acl_default");

    private final TarEntryWriter tar;
    private final Cancellation cancellation;
    /** The first names of files that have several. */
    private final Map<Long, RawPath> firstNames = new HashMap<>();

    private long leftOut;

    private CacheArchive(TarEntryWriter tar, Cancellation cancellation) {
        this.tar = tar;
        this.cancellation = cancellation;
    }

    /**
     * Writes what is in a directory that nobody changes meanwhile, without closing {@code out}.
     *
     * @return how many sockets were left out, which no tar can hold
     */
    static long write(Path directory, Optional<CacheRecord> record, OutputStream out, Cancellation cancellation)
            throws IOException, BuildCancelled {
        try (TarEntryWriter tar = new TarEntryWriter(out);
                Fd root = Linux.openDirectory(directory)) {
            if (record.isPresent()) {
                tar.comment(COMMENT + record.get().toText());
            }
            CacheArchive archive = new CacheArchive(tar, cancellation);
            archive.add(root, RawPath.ROOT, RawPath.ROOT);
            return archive.leftOut;
        }
    }

    private void add(Fd in, RawPath name, RawPath path) throws IOException, BuildCancelled {
        cancellation.throwIfCancelled();
        Stat stat = Linux.lstat(in, name);
        Metadata metadata = Metadata.of(stat, in, name);
        if (metadata.kind() == Metadata.Kind.SOCKET) {
            leftOut++;
            return;
        }
        RawPath first = stat.links() > 1 && !stat.isDirectory() ? firstNames.putIfAbsent(stat.inode(), path) : null;
        TarEntry entry = entry(path, stat, metadata, Optional.ofNullable(first));
        if (entry.kind() == TarEntry.Kind.FILE) {
            try (Fd file = Linux.openat(in, name, Linux.O_RDONLY | Linux.O_NONBLOCK, 0);
                    InputStream content = cancellable(file.input())) {
                tar.add(entry, content);
            }
            return;
        }
        tar.add(entry, InputStream.nullInputStream());
        if (stat.isDirectory()) {
            addChildren(in, name, path);
        }
    }

    private void addChildren(Fd in, RawPath name, RawPath path) throws IOException, BuildCancelled {
        try (Fd directory = Linux.openDirectoryAt(in, name)) {
            List<DirectoryItem> items = Linux.list(directory);
            items.sort(Comparator.comparing(DirectoryItem::name));
            for (DirectoryItem item : items) {
                add(directory, item.name(), path.resolve(item.name()));
            }
        }
    }

    /** A large file must not keep from stopping. */
    private InputStream cancellable(InputStream content) {
        return new CancellableInput(content, cancellation);
    }

    private static TarEntry entry(RawPath path, Stat stat, Metadata metadata, Optional<RawPath> first) {
        TarEntry.Kind kind = first.isPresent()
                ? TarEntry.Kind.HARD_LINK
                : TarEntry.Kind.valueOf(metadata.kind().name());
        boolean device = kind == TarEntry.Kind.CHARACTER_DEVICE || kind == TarEntry.Kind.BLOCK_DEVICE;
        return new TarEntry(
                name(path, stat.isDirectory()),
                kind,
                metadata.mode(),
                metadata.uid(),
                metadata.gid(),
                kind == TarEntry.Kind.FILE ? stat.size() : 0,
                metadata.mtimeSeconds(),
                metadata.mtimeNanos(),
                first.map(CacheArchive::latin1).orElse(metadata.linkTarget()),
                device ? metadata.deviceMajor() : 0,
                device ? metadata.deviceMinor() : 0,
                carried(metadata.xattrs()));
    }

    private static String name(RawPath path, boolean directory) {
        return (path.isRoot() ? "." : latin1(path)) + (directory ? "/" : "");
    }

    private static String latin1(RawPath path) {
        return new String(path.bytes(), StandardCharsets.ISO_8859_1);
    }

    /** Labels of security modules belong to the machine, and what is trusted to who put it there. */
    private static NavigableMap<String, String> carried(Map<String, String> xattrs) {
        NavigableMap<String, String> carried = new TreeMap<>(xattrs);
        carried.keySet().removeIf(name -> !name.startsWith("user.") && !CARRIED.contains(name));
        return carried;
    }

    /**
     * Unpacks a tar into an empty directory, beneath which it stays whatever is in it.
     *
     * @return what the archive says that the cache is for
     */
    static Optional<CacheRecord> read(InputStream archive, Path directory, Cancellation cancellation)
            throws IOException, JbuildException {
        try (TreeWriter writer = TreeWriter.open(directory, TreeWriter.Ownership.KEEP)) {
            LayerTarReader tar = new LayerTarReader(archive);
            Optional<TarEntry> next = tar.next();
            if (next.isEmpty()) {
                // Whoever was to write it may have failed.
                throw new UserError("the archive can't be used: there is nothing in it");
            }
            for (; next.isPresent(); next = tar.next()) {
                cancellation.throwIfCancelled();
                unpack(next.get(), tar.content(), writer);
            }
            writer.finish();
            return tar.comment()
                    .filter(text -> text.startsWith(COMMENT))
                    .map(text -> new String(text.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8))
                    .flatMap(text -> CacheRecord.parse(text.substring(COMMENT.length())));
        }
    }

    private static void unpack(TarEntry entry, InputStream content, TreeWriter writer) throws IOException, UserError {
        RawPath path = entry.path();
        refuseUp(entry, path);
        if (path.isRoot() && entry.kind() != TarEntry.Kind.DIRECTORY) {
            throw new UserError("the archive can't be used: " + entry + " would replace the root directory");
        }
        writer.parents(path);
        switch (entry.kind()) {
            case DIRECTORY -> writer.directory(path, metadata(entry));
            case FILE -> writer.file(path, metadata(entry), content);
            case HARD_LINK -> {
                refuseUp(entry, entry.linkPath());
                writer.hardLink(path, entry.linkPath());
            }
            case SYMLINK, CHARACTER_DEVICE, BLOCK_DEVICE, FIFO -> writer.special(path, metadata(entry));
        }
    }

    private static void refuseUp(TarEntry entry, RawPath path) throws UserError {
        if (path.segments().contains(UP)) {
            throw new UserError("the archive can't be used: " + entry + " has a .. in its path");
        }
    }

    private static Metadata metadata(TarEntry entry) {
        return new Metadata(
                Metadata.Kind.valueOf(entry.kind().name()),
                entry.mode(),
                entry.uid(),
                entry.gid(),
                entry.mtimeSeconds(),
                entry.mtimeNanos(),
                entry.kind() == TarEntry.Kind.SYMLINK ? entry.rawLinkName() : "",
                entry.deviceMajor(),
                entry.deviceMinor(),
                carried(entry.xattrs()));
    }
}
