package dev.jbuild.sandbox;

import dev.jbuild.fs.MergedCopy;
import dev.jbuild.fs.Metadata;
import dev.jbuild.fs.TreeChanges;
import dev.jbuild.fs.TreeWriter;
import dev.jbuild.problem.UserError;
import dev.jbuild.sys.Errno;
import dev.jbuild.sys.Fd;
import dev.jbuild.sys.HostPaths;
import dev.jbuild.sys.Linux;
import dev.jbuild.sys.RawPath;
import dev.jbuild.sys.SyscallException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;

/**
 * The root directory of a process for which nothing can be mounted: a copy of what its root file system would show, with
 * copies of what would be mounted, of which those that may be changed are copied back.
 */
final class ChrootTree implements AutoCloseable {
    private static final NavigableMap<String, String> NO_XATTRS = Collections.emptyNavigableMap();

    private final RootCopy root;
    private final List<Shared> shared = new ArrayList<>();
    private final List<CopiedBack> copiedBack = new ArrayList<>();

    private ChrootTree(RootCopy root) {
        this.root = root;
    }

    /**
     * What changes of is to come back.
     *
     * @param copy held open, for the process may put something else in its place
     * @param changes of a directory; absent for a file
     */
    private record CopiedBack(Fd copy, Optional<TreeChanges> changes, Path source) {}

    /** A mount whose changes are to come back. */
    private record Shared(RawPath at, Path source) {}

    /** A node of {@code /dev}. */
    private record Device(String name, int major, int minor) {}

    private static final List<Device> DEVICES = List.of(
            new Device("null", 1, 3),
            new Device("zero", 1, 5),
            new Device("full", 1, 7),
            new Device("random", 1, 8),
            new Device("urandom", 1, 9),
            new Device("tty", 5, 0));

    /** @param root an empty directory */
    static ChrootTree make(Path root, RunSpec spec, RunDirectory files) throws IOException, UserError {
        ChrootTree tree = new ChrootTree(RootCopy.make(root, spec.root().layers()));
        try {
            tree.fill(spec, files);
            return tree;
        } catch (IOException | UserError | RuntimeException e) {
            tree.close();
            throw e;
        }
    }

    private void fill(RunSpec spec, RunDirectory files) throws IOException, UserError {
        directory("/proc");
        directory("/sys");
        devices();
        bind(files.resolvConf(), "/etc/resolv.conf");
        bind(files.hosts(), "/etc/hosts");
        for (Mount mount : spec.mounts()) {
            add(mount);
        }
        root.restoreTimes();
        for (Shared mount : shared) {
            watch(mount);
        }
    }

    /** To be called when all is in place, and before the process begins. */
    TreeChanges changes() throws IOException {
        return root.changes();
    }

    private void add(Mount mount) throws IOException, UserError {
        if (mount instanceof Mount.Bind bind) {
            RawPath at = bind(bind.source(), bind.target());
            if (!bind.readOnly()) {
                shared.add(new Shared(at, bind.source()));
            }
        } else if (mount instanceof Mount.Device device) {
            add(device);
        } else if (mount instanceof Mount.Overlay overlay) {
            copy(overlay.layers(), RawPath.of(overlay.subPath()), root.clear(overlay.target()));
        } else if (mount instanceof Mount.Tmpfs tmpfs) {
            root.write(root.clear(tmpfs.target()), (writer, at) -> writer.directory(at, directory(tmpfs.mode())));
        } else if (mount instanceof Mount.Content content) {
            Metadata metadata = metadata(Metadata.Kind.FILE, content.mode(), content.uid(), content.gid(), 0, 0);
            root.write(
                    root.clear(content.target()),
                    (writer, at) -> writer.file(at, metadata, new ByteArrayInputStream(content.bytes())));
        } else {
            throw new AssertionError(mount);
        }
    }

    private void add(Mount.Device device) throws IOException, UserError {
        DeviceId id = device.device();
        Metadata.Kind kind = switch (id.kind()) {
            case CHARACTER -> Metadata.Kind.CHARACTER_DEVICE;
            case BLOCK -> Metadata.Kind.BLOCK_DEVICE;
            case PIPE -> Metadata.Kind.FIFO;
        };
        Metadata node = metadata(kind, device.mode(), device.uid(), device.gid(), id.major(), id.minor());
        try {
            root.write(root.clear(device.target()), (writer, at) -> writer.special(at, node));
        } catch (SyscallException e) {
            if (!e.is(Errno.EPERM)) {
                throw e;
            }
            throw new UserError(
                    "the device %s can't be made here, and --isolation=chroot can't show that of the machine"
                            .formatted(device.target()),
                    e,
                    "run jbuild where it may make devices or mount, and leave --isolation=chroot out");
        }
    }

    /** What is mounted in a mount isn't of it: a secret in a cache directory must not stay there. */
    private void watch(Shared mount) throws IOException {
        if (!Files.isDirectory(mount.source())) {
            Fd copy = Linux.openat2(root.top(), mount.at(), Linux.O_RDONLY, 0, Linux.RESOLVE_BENEATH);
            copiedBack.add(new CopiedBack(copy, Optional.empty(), mount.source()));
            return;
        }
        Fd copy = Linux.openDirectoryAt2(root.top(), mount.at(), Linux.RESOLVE_BENEATH);
        TreeChanges changes = root.changesIn(copy, mount.at());
        copiedBack.add(new CopiedBack(copy, Optional.of(changes), mount.source()));
    }

    private static Metadata directory(int mode) {
        return metadata(Metadata.Kind.DIRECTORY, mode, 0, 0, 0, 0);
    }

    private static Metadata metadata(Metadata.Kind kind, int mode, long uid, long gid, int major, int minor) {
        return new Metadata(kind, mode, uid, gid, System.currentTimeMillis() / 1000, 0, "", major, minor, NO_XATTRS);
    }

    private void directory(String target) throws IOException, UserError {
        root.write(root.clear(target), (writer, at) -> writer.directory(at, directory(0755)));
    }

    private void devices() throws IOException, UserError {
        directory("/dev");
        for (String name : List.of("/dev/shm", "/dev/mqueue")) {
            root.write(RawPath.of(name.substring(1)), (writer, at) -> writer.directory(at, directory(01777)));
        }
        if (!makeNodes()) {
            // Where no device may be made or opened, most that is written to /dev/null does well with a file.
            for (Device device : DEVICES) {
                root.write(RawPath.of("dev/" + device.name()), TreeWriter::remove);
            }
            Metadata file = metadata(Metadata.Kind.FILE, 0666, 0, 0, 0, 0);
            byte[] nothing = {};
            root.write(
                    RawPath.of("dev/null"), (writer, at) -> writer.file(at, file, new ByteArrayInputStream(nothing)));
        }
        Path dev = root.directory().resolve("dev");
        Files.createSymbolicLink(dev.resolve("fd"), Path.of("/proc/self/fd"));
        Files.createSymbolicLink(dev.resolve("stdin"), Path.of("/proc/self/fd/0"));
        Files.createSymbolicLink(dev.resolve("stdout"), Path.of("/proc/self/fd/1"));
        Files.createSymbolicLink(dev.resolve("stderr"), Path.of("/proc/self/fd/2"));
    }

    private boolean makeNodes() {
        try {
            for (Device device : DEVICES) {
                Metadata node = metadata(Metadata.Kind.CHARACTER_DEVICE, 0666, 0, 0, device.major(), device.minor());
                root.write(RawPath.of("dev/" + device.name()), (writer, at) -> writer.special(at, node));
            }
            Files.newInputStream(root.directory().resolve("dev/null")).close();
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private RawPath bind(Path source, String target) throws IOException, UserError {
        RawPath at = root.clear(target);
        Path from = source.toRealPath();
        if (Files.isDirectory(from)) {
            copy(List.of(from), RawPath.ROOT, at);
        } else {
            copy(List.of(from.getParent()), HostPaths.fileName(from), at);
        }
        return at;
    }

    private void copy(List<Path> layers, RawPath source, RawPath at) throws IOException {
        root.write(at, (writer, path) -> MergedCopy.copy(layers, source, writer, path));
    }

    /** Makes the changes to mounted directories and files where these came from. */
    void copyBack() throws IOException {
        for (CopiedBack each : copiedBack) {
            if (each.changes().isPresent()) {
                each.changes().get().repeatIn(each.source().toRealPath());
                continue;
            }
            try (InputStream content = each.copy().input()) {
                Files.write(each.source(), content.readAllBytes());
            }
        }
    }

    @Override
    public void close() {
        copiedBack.forEach(each -> each.copy().close());
        root.close();
    }
}
