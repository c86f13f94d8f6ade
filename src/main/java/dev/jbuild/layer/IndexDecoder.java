package dev.jbuild.layer;

import dev.jbuild.oci.Digest;
import dev.jbuild.sys.RawPath;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/** Takes out what {@link IndexEncoder} put in. */
final class IndexDecoder {
    private final byte[] bytes;
    private final int end;
    private int at;
    private byte[] lastPath = new byte[0];

    IndexDecoder(byte[] bytes, int from, int to) {
        this.bytes = bytes;
        this.at = from;
        this.end = to;
    }

    LayerEntry entry() throws IOException {
        int flags = (int) number();
        EntryType type = type((char) number());
        RawPath path = path();
        int mode = (int) number();
        long uid = number();
        long gid = number();
        long size = number();
        long mtime = number();
        Optional<Digest> content = has(flags, IndexEncoder.HAS_CONTENT) ? Optional.of(digest()) : Optional.empty();
        Optional<RawPath> link = has(flags, IndexEncoder.HAS_LINK) ? Optional.of(RawPath.of(blob())) : Optional.empty();
        String target = has(flags, IndexEncoder.HAS_TARGET) ? latin1(blob()) : "";
        boolean device = has(flags, IndexEncoder.HAS_DEVICE);
        int major = device ? (int) number() : 0;
        int minor = device ? (int) number() : 0;
        NavigableMap<String, String> xattrs =
                has(flags, IndexEncoder.HAS_XATTRS) ? xattrs() : Collections.emptyNavigableMap();
        boolean opaque = has(flags, IndexEncoder.IS_OPAQUE);
        long seconds = (mtime >>> 1) ^ -(mtime & 1);
        return new LayerEntry(
                path, type, mode, uid, gid, size, seconds, target, major, minor, xattrs, content, link, opaque);
    }

    private static boolean has(int flags, int flag) {
        return (flags & flag) != 0;
    }

    private static EntryType type(char code) throws IOException {
        return switch (code) {
            case 'f' -> EntryType.FILE;
            case 'd' -> EntryType.DIRECTORY;
            case 'l' -> EntryType.SYMLINK;
            case 'c' -> EntryType.CHARACTER_DEVICE;
            case 'b' -> EntryType.BLOCK_DEVICE;
            case 'p' -> EntryType.FIFO;
            case 'w' -> EntryType.WHITEOUT;
            default -> throw damaged();
        };
    }

    private NavigableMap<String, String> xattrs() throws IOException {
        NavigableMap<String, String> xattrs = new TreeMap<>();
        for (int left = count(); left > 0; left--) {
            String name = new String(blob(), StandardCharsets.UTF_8);
            xattrs.put(name, latin1(blob()));
        }
        return xattrs;
    }

    private RawPath path() throws IOException {
        long same = number();
        int more = count();
        if (same < 0 || same > lastPath.length) {
            throw damaged();
        }
        int shared = (int) same;
        byte[] path = Arrays.copyOf(lastPath, shared + more);
        System.arraycopy(bytes, advance(more), path, shared, more);
        lastPath = path;
        return RawPath.of(path);
    }

    Digest digest() throws IOException {
        int length = count();
        if (length != 32 && length != 64) {
            throw damaged();
        }
        int start = advance(length);
        String hex = HexFormat.of().formatHex(bytes, start, start + length);
        return new Digest(length == 32 ? "sha256" : "sha512", hex);
    }

    private byte[] blob() throws IOException {
        int length = count();
        int start = advance(length);
        return Arrays.copyOfRange(bytes, start, start + length);
    }

    private static String latin1(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    /** A number of things that each take at least a byte of what is left. */
    int count() throws IOException {
        long count = number();
        if (count < 0 || count > end - at) {
            throw damaged();
        }
        return (int) count;
    }

    long number() throws IOException {
        long value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            byte b = bytes[advance(1)];
            value |= (b & 0x7fL) << shift;
            if (b >= 0) {
                return value;
            }
        }
        throw damaged();
    }

    private int advance(int count) throws IOException {
        if (count > end - at) {
            throw damaged();
        }
        int start = at;
        at += count;
        return start;
    }

    static IOException damaged() {
        return new IOException("a layer index is damaged");
    }
}
