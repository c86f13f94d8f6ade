package dev.jbuild.sandbox;

import dev.jbuild.fs.MergedCopy;
import dev.jbuild.fs.Metadata;
import dev.jbuild.fs.TreeChanges;
import dev.jbuild.fs.TreeWriter;
import dev.jbuild.layer.SymlinkWalk;
import dev.jbuild.layer.SymlinkWalk.RawLink;
import dev.jbuild.problem.UserError;
import dev.jbuild.sys.Errno;
import dev.jbuild.sys.Fd;
import dev.jbuild.sys.HostPaths;
import dev.jbuild.sys.Linux;
import dev.jbuild.sys.RawPath;
import dev.jbuild.sys.SyscallException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A directory with a copy of what a root file system would show, for a process to change, and the places in it that
 * something else is to stand. Those are no changes of the process.
 */
final class RootCopy implements AutoCloseable {
    private final Path directory;
    private final Fd top;
    /** Where something else is to be seen. */
    private final Set<RawPath> taken = new HashSet<>();
    /** Of those, where what is in the copy is not of the layers. */
    private final Set<RawPath> replaced = new HashSet<>();
    /** Directories that are there for those alone. */
    private final Set<RawPath> stubs = new HashSet<>();

    private final Map<Path, FileTime> times = new HashMap<>();

    private RootCopy(Path directory) throws IOException {
        this.directory = directory;
        this.top = Linux.openDirectory(directory);
    }

    /** What writes something to a path in the copy. */
    interface Writing {
        void write(TreeWriter writer, RawPath at) throws IOException;
    }

    /**
     * Copies what layers show.
     *
     * @param directory an empty one
     * @param layers topmost first
     */
    static RootCopy make(Path directory, List<Path> layers) throws IOException {
        RootCopy copy = new RootCopy(directory);
        try {
            copy.write(RawPath.ROOT, (writer, at) -> MergedCopy.copy(layers, RawPath.ROOT, writer, at));
            return copy;
        } catch (IOException | RuntimeException e) {
            copy.close();
            throw e;
        }
    }

    Path directory() {
        return directory;
    }

    /** The directory itself, whatever becomes of its name. */
    Fd top() {
        return top;
    }

    void write(RawPath at, Writing writing) throws IOException {
        try (TreeWriter writer = TreeWriter.open(directory, TreeWriter.Ownership.KEEP)) {
            writing.write(writer, at);
            writer.finish();
        }
    }

    /** Clears the place of what is to be there instead, and makes the directories above it. */
    RawPath clear(String target) throws IOException, UserError {
        RawPath at = resolve(target);
        parents(at.parent());
        remember(at.parent());
        write(at, TreeWriter::remove);
        taken.add(at);
        replaced.add(at);
        return at;
    }

    /**
     * Makes a place to mount on, if there is nothing. What is in something mounted before is left to whoever mounts.
     *
     * @param isDirectory what is to be mounted there
     */
    void point(String target, boolean isDirectory) throws IOException, UserError {
        RawPath at = resolve(target);
        boolean covered = taken.stream().anyMatch(at::startsWith);
        taken.add(at);
        if (covered || Files.exists(HostPaths.resolve(directory, at), LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        parents(at.parent());
        remember(at.parent());
        if (isDirectory) {
            write(at, (writer, path) -> writer.directory(path, Metadata.plainDirectory()));
            stubs.add(at);
        } else {
            write(at, RootCopy::emptyFile);
            replaced.add(at);
        }
    }

    private static void emptyFile(TreeWriter writer, RawPath at) throws IOException {
        Metadata file = new Metadata(Metadata.Kind.FILE, 0644, 0, 0, 0, 0, "", 0, 0, Collections.emptyNavigableMap());
        writer.file(at, file, new ByteArrayInputStream(new byte[0]));
    }

    private RawPath resolve(String target) throws IOException, UserError {
        RawPath at = SymlinkWalk.<IOException>resolve(this::link, RawPath.of(target), true);
        if (at.isRoot()) {
            throw SandboxProgram.invalidTarget(target);
        }
        return at;
    }

    private Optional<RawLink> link(RawPath path) throws IOException {
        try {
            return Linux.lstat(top, path).isSymlink()
                    ? Optional.of(RawLink.of(Linux.readlinkat(top, path)))
                    : Optional.empty();
        } catch (SyscallException e) {
            if (e.is(Errno.ENOENT) || e.is(Errno.ENOTDIR)) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private void parents(RawPath path) throws IOException {
        if (Files.exists(HostPaths.resolve(directory, path), LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        parents(path.parent());
        remember(path.parent());
        write(path, (writer, at) -> writer.directory(at, Metadata.plainDirectory()));
        stubs.add(path);
    }

    /** A directory gets its time back when all is in place. */
    private void remember(RawPath path) throws IOException {
        Path file = HostPaths.resolve(directory, path);
        if (!times.containsKey(file)) {
            times.put(file, Files.getLastModifiedTime(file));
        }
    }

    /** To be called when all is in its place. */
    void restoreTimes() throws IOException {
        for (Map.Entry<Path, FileTime> time : times.entrySet()) {
            if (Files.isDirectory(time.getKey(), LinkOption.NOFOLLOW_LINKS)) {
                Files.setLastModifiedTime(time.getKey(), time.getValue());
            }
        }
    }

    /** What a process will change of the copy: to be called before it begins. What took a place counts as nothing. */
    TreeChanges changes() throws IOException {
        return TreeChanges.since(top, replaced, stubs);
    }

    /** The same for what took a place, of which other things may have taken places in it. */
    TreeChanges changesIn(Fd directory, RawPath at) throws IOException {
        return TreeChanges.since(directory, within(at, replaced), within(at, stubs));
    }

    private static Set<RawPath> within(RawPath directory, Set<RawPath> paths) {
        return paths.stream()
                .filter(path -> path.startsWith(directory) && !path.equals(directory))
                .map(path -> path.relativeTo(directory))
                .collect(Collectors.toSet());
    }

    @Override
    public void close() {
        top.close();
    }
}
