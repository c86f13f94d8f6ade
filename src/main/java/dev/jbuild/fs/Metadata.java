package dev.jbuild.fs;

import dev.jbuild.sys.Errno;
import dev.jbuild.sys.Fd;
import dev.jbuild.sys.Linux;
import dev.jbuild.sys.RawPath;
import dev.jbuild.sys.Stat;
import dev.jbuild.sys.SyscallException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * All that a file system says of a file but its content.
 *
 * @param mode permission, set-id and sticky bits (07777)
 * @param linkTarget a symlink's target, one byte a char (ISO 8859-1); empty for all else
 * @param xattrs extended attributes by full name; a value's bytes are its chars (ISO 8859-1)
 */
public record Metadata(
        Kind kind,
        int mode,
        long uid,
        long gid,
        long mtimeSeconds,
        int mtimeNanos,
        String linkTarget,
        int deviceMajor,
        int deviceMinor,
        NavigableMap<String, String> xattrs) {
    /** What a file is. */
    public enum Kind {
        FILE(Stat.FILE),
        DIRECTORY(Stat.DIRECTORY),
        SYMLINK(Stat.SYMLINK),
        CHARACTER_DEVICE(Stat.CHARACTER_DEVICE),
        BLOCK_DEVICE(Stat.BLOCK_DEVICE),
        FIFO(Stat.FIFO),
        SOCKET(Stat.SOCKET);

        private final int bits;

        Kind(int bits) {
            this.bits = bits;
        }

        static Kind of(Stat stat) throws IOException {
            for (Kind kind : values()) {
                if (kind.bits == stat.type()) {
                    return kind;
                }
            }
            throw new IOException("a file of an unknown type: " + Integer.toOctalString(stat.mode()));
        }

        int bits() {
            return bits;
        }
    }

    public Metadata {
        xattrs = xattrs.isEmpty()
                ? Collections.emptyNavigableMap()
                : Collections.unmodifiableNavigableMap(new TreeMap<>(xattrs));
    }

    /** A directory that nobody described: 0755, of root, from the epoch. */
    public static Metadata plainDirectory() {
        return new Metadata(Kind.DIRECTORY, 0755, 0, 0, 0, 0, "", 0, 0, Collections.emptyNavigableMap());
    }

    /** Of what is at a path, itself a symlink or not. */
    public static Metadata read(Fd directory, RawPath path) throws IOException {
        return of(Linux.lstat(directory, path), directory, path);
    }

    /** As {@link #read}, for a file of which the caller asked the rest before. */
    public static Metadata of(Stat stat, Fd directory, RawPath path) throws IOException {
        Kind kind = Kind.of(stat);
        String target =
                kind == Kind.SYMLINK ? new String(Linux.readlinkat(directory, path), StandardCharsets.ISO_8859_1) : "";
        return new Metadata(
                kind,
                stat.permissions(),
                stat.uid(),
                stat.gid(),
                stat.mtimeSeconds(),
                stat.mtimeNanos(),
                target,
                stat.deviceMajor(),
                stat.deviceMinor(),
                readXattrs(directory, path));
    }

    private static NavigableMap<String, String> readXattrs(Fd directory, RawPath path) throws SyscallException {
        NavigableMap<String, String> xattrs = new TreeMap<>();
        try {
            for (String name : Linux.listxattr(directory, path)) {
                byte[] value = Linux.getxattr(directory, path, name);
                xattrs.put(name, new String(value, StandardCharsets.ISO_8859_1));
            }
        } catch (SyscallException e) {
            if (!e.is(Errno.EOPNOTSUPP)) {
                throw e;
            }
        }
        return xattrs;
    }
}
