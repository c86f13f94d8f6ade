package dev.jbuild.engine;

import dev.jbuild.context.SourceTree;
import dev.jbuild.layer.EntryType;
import dev.jbuild.layer.LayerEntry;
import dev.jbuild.problem.EnvironmentError;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.sys.Errno;
import dev.jbuild.sys.Fd;
import dev.jbuild.sys.Linux;
import dev.jbuild.sys.RawPath;
import dev.jbuild.sys.Stat;
import dev.jbuild.sys.SyscallException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * The files of a container's image, where those that it changed itself are as they are now. Symlinks are followed as in the
 * image; none that the container made is.
 */
final class ChangedTree implements SourceTree {
    private final SourceTree image;
    private final Path upper;

    /** @param upper the changed files, as overlayfs has them */
    ChangedTree(SourceTree image, Path upper) {
        this.image = image;
        this.upper = upper;
    }

    @Override
    public Optional<LayerEntry> find(RawPath path) throws JbuildException {
        try (Fd root = Linux.openDirectory(upper);
                Fd file = open(root, path, Linux.O_PATH)) {
            Stat stat = Linux.fstat(file);
            return stat.isFile() ? Optional.of(entry(path, stat)) : Optional.empty();
        } catch (SyscallException e) {
            if (e.is(Errno.ENOENT)) {
                return image.peek(path);
            }
            return Optional.empty();
        }
    }

    private static Fd open(Fd root, RawPath path, int flags) throws SyscallException {
        return Linux.openat2(
                root, path, flags, 0, Linux.RESOLVE_BENEATH | Linux.RESOLVE_NO_SYMLINKS | Linux.RESOLVE_NO_MAGICLINKS);
    }

    private static LayerEntry entry(RawPath path, Stat stat) {
        return new LayerEntry(
                path,
                EntryType.FILE,
                stat.permissions(),
                stat.uid(),
                stat.gid(),
                stat.size(),
                stat.mtimeSeconds(),
                "",
                0,
                0,
                Collections.emptyNavigableMap(),
                Optional.empty(),
                Optional.empty(),
                false);
    }

    @Override
    public RawPath resolve(RawPath path, boolean followLast) throws JbuildException {
        return image.resolve(path, followLast);
    }

    @Override
    public List<LayerEntry> children(RawPath directory) throws JbuildException {
        return image.children(directory);
    }

    @Override
    public InputStream open(RawPath path) throws JbuildException {
        try (Fd root = Linux.openDirectory(upper);
                Fd file = open(root, path, Linux.O_RDONLY | Linux.O_NONBLOCK)) {
            // By its name in /proc it is the very file that was opened.
            return Files.newInputStream(Path.of(file.procPath()));
        } catch (SyscallException e) {
            return image.open(path);
        } catch (IOException e) {
            throw new EnvironmentError("/" + path + " of the container can't be read: " + e.getMessage(), e);
        }
    }
}
