package dev.jbuild.solver.copy;

import dev.jbuild.fs.OverlayXattrs;
import dev.jbuild.fs.OwnerMark;
import dev.jbuild.layer.EntryType;
import dev.jbuild.problem.EnvironmentError;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.sys.Errno;
import dev.jbuild.sys.Fd;
import dev.jbuild.sys.HostPaths;
import dev.jbuild.sys.Linux;
import dev.jbuild.sys.RawPath;
import dev.jbuild.sys.Stat;
import dev.jbuild.sys.SyscallException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Makes files in an upper directory. All parents of a path must be directories that were made here: then no symlink is
 * ever followed. Contents may be written by many threads at once, all else is for one.
 */
final class WrittenFiles implements UpperFiles {
    private static final Path SELF = Path.of("/proc/self");
    private static final Set<StandardOpenOption> NEW = Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    private static final int BLOCK = 1 << 16;

    private final Path upper;
    private final Owner self;
    private @Nullable Fd directory;

    WrittenFiles(Path upper) throws EnvironmentError {
        this.upper = upper;
        try {
            this.self = new Owner(id("unix:uid"), id("unix:gid"));
        } catch (IOException e) {
            throw new EnvironmentError("/proc is not there: " + e.getMessage(), e);
        }
    }

    /** The link itself belongs to root of the machine, whoever that is here. */
    private static long id(String attribute) throws IOException {
        return Integer.toUnsignedLong((Integer) Files.getAttribute(SELF, attribute));
    }

    private Path at(RawPath path) {
        return HostPaths.resolve(upper, path);
    }

    @Override
    public void makeDirectory(RawPath path) throws IOException {
        Files.createDirectory(at(path));
    }

    @Override
    public void delete(RawPath path) throws IOException {
        Files.delete(at(path));
    }

    @Override
    public void deleteDirectory(RawPath path) throws IOException {
        Files.delete(at(path));
    }

    @Override
    public void makeFile(RawPath path, FileSource source) throws IOException, JbuildException {
        Optional<FileChannel> onDisk = source.onDisk();
        if (onDisk.isPresent()) {
            try (FileChannel from = onDisk.get()) {
                makeFile(path, from);
            }
            return;
        }
        try (InputStream content = source.open()) {
            makeFile(path, content);
        }
    }

    @Override
    public void makeFile(RawPath path, InputStream content) throws IOException {
        try (OutputStream out =
                Files.newOutputStream(at(path), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            byte[] block = new byte[BLOCK];
            for (int read = content.read(block); read >= 0; read = content.read(block)) {
                out.write(block, 0, read);
            }
        }
    }

    /** A file with the content of another, copied by the kernel. */
    private void makeFile(RawPath path, FileChannel from) throws IOException {
        try (FileChannel to = FileChannel.open(at(path), NEW)) {
            long size = from.size();
            for (long done = 0; done < size; ) {
                long copied = from.transferTo(done, size - done, to);
                if (copied <= 0) {
                    throw new IOException(path + " became shorter while it was copied");
                }
                done += copied;
            }
        }
    }

    @Override
    public void makeHardLink(RawPath path, RawPath existing) throws IOException {
        // Native, as the JDK's own would follow a symlink.
        Linux.linkat(root(), existing, root(), path);
    }

    @Override
    public void makeSymlink(RawPath path, String latin1Target) throws IOException {
        Linux.symlinkat(LinkTarget.bytes(latin1Target), root(), path);
    }

    @Override
    public void makeNode(RawPath path, int type, int major, int minor) throws IOException {
        Linux.mknodat(root(), path, type | 0600, major, minor);
    }

    @Override
    public void makeWhiteout(RawPath path) throws IOException {
        makeNode(path, Stat.CHARACTER_DEVICE, 0, 0);
    }

    @Override
    public void makeOpaque(RawPath path) throws IOException {
        Linux.setxattr(root(), path, OverlayXattrs.ofThisProcess().opaque(), new byte[] {'y'});
    }

    private Fd root() throws SyscallException {
        Fd open = directory;
        if (open == null) {
            open = Linux.openDirectory(upper);
            directory = open;
        }
        return open;
    }

    /** Sets everything: owner before mode and attributes, as a change of owner clears set-id bits and capabilities. */
    @Override
    public void describe(RawPath path, EntryType type, Attributes attributes) throws IOException {
        if (type == EntryType.FILE || type == EntryType.DIRECTORY) {
            describeQuickly(path, type, attributes);
        } else {
            describeSpecial(path, type, attributes);
        }
        if (!attributes.xattrs().isEmpty()) {
            setXattrs(path, attributes);
        }
    }

    /** Natively, as the JDK opens what it sets the times of: that waits for ever at a fifo, and may wake a device. */
    private void describeSpecial(RawPath path, EntryType type, Attributes attributes) throws IOException {
        Linux.fchownat(
                root(), path, attributes.owner().uid(), attributes.owner().gid());
        if (type != EntryType.SYMLINK) {
            Linux.fchmodat(root(), path, attributes.mode());
        }
        if (attributes.mtimeSeconds().isPresent()) {
            Linux.utimensat(root(), path, attributes.mtimeSeconds().getAsLong(), 0);
        }
    }

    /** Sets all but extended attributes of a file or directory; may be called by many threads at once. */
    @Override
    public void describeQuickly(RawPath path, EntryType type, Attributes attributes) throws IOException {
        Path file = at(path);
        Owner owner = attributes.owner();
        if (type == EntryType.DIRECTORY || !owner.equals(self)) {
            give(file, owner);
        }
        Files.setAttribute(file, "unix:mode", attributes.mode());
        if (attributes.mtimeSeconds().isPresent()) {
            FileTime time = FileTime.from(attributes.mtimeSeconds().getAsLong(), TimeUnit.SECONDS);
            Files.getFileAttributeView(file, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                    .setTimes(time, time, null);
        }
    }

    private static void give(Path file, Owner owner) throws IOException {
        try {
            Files.setAttribute(file, "unix:uid", (int) owner.uid(), LinkOption.NOFOLLOW_LINKS);
            Files.setAttribute(file, "unix:gid", (int) owner.gid(), LinkOption.NOFOLLOW_LINKS);
        } catch (FileSystemException e) {
            new OwnerMark(owner.uid(), owner.gid()).put(file, e);
        }
    }

    /** As far as the file system takes them. */
    @Override
    public void setXattrs(RawPath path, Attributes attributes) throws IOException {
        for (Map.Entry<String, String> xattr : attributes.xattrs().entrySet()) {
            if (OverlayXattrs.owns(xattr.getKey())) {
                continue;
            }
            try {
                Linux.setxattr(root(), path, xattr.getKey(), xattr.getValue().getBytes(StandardCharsets.ISO_8859_1));
            } catch (SyscallException e) {
                if (!e.is(Errno.EPERM) && !e.is(Errno.EOPNOTSUPP)) {
                    throw e;
                }
            }
        }
    }

    @Override
    public void close() {
        if (directory != null) {
            directory.close();
        }
    }
}
