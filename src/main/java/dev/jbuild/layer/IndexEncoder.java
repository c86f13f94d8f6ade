package dev.jbuild.layer;

import dev.jbuild.oci.Digest;
import dev.jbuild.sys.RawPath;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;

/** Puts entries into bytes that grow: paths as what differs from the one before, numbers as varints. */
final class IndexEncoder {
    static final int HAS_CONTENT = 1;
    static final int HAS_LINK = 2;
    static final int IS_OPAQUE = 4;
    static final int HAS_XATTRS = 8;
    static final int HAS_DEVICE = 16;
    static final int HAS_TARGET = 32;

    private byte[] bytes = new byte[64 * 1024];
    private int length;
    private byte[] lastPath = new byte[0];

    void entry(LayerEntry entry) {
        int flags = (entry.content().isPresent() ? HAS_CONTENT : 0)
                | (entry.hardLinkTo().isPresent() ? HAS_LINK : 0)
                | (entry.opaque() ? IS_OPAQUE : 0)
                | (entry.xattrs().isEmpty() ? 0 : HAS_XATTRS)
                | (entry.deviceMajor() == 0 && entry.deviceMinor() == 0 ? 0 : HAS_DEVICE)
                | (entry.linkTarget().isEmpty() ? 0 : HAS_TARGET);
        number(flags);
        number(code(entry.type()));
        path(entry.path());
        number(entry.mode());
        number(entry.uid());
        number(entry.gid());
        number(entry.size());
        number((entry.mtimeSeconds() << 1) ^ (entry.mtimeSeconds() >> 63));
        entry.content().ifPresent(this::digest);
        entry.hardLinkTo().map(RawPath::bytes).ifPresent(this::blob);
        if (!entry.linkTarget().isEmpty()) {
            blob(entry.linkTargetBytes());
        }
        if ((flags & HAS_DEVICE) != 0) {
            number(entry.deviceMajor());
            number(entry.deviceMinor());
        }
        if ((flags & HAS_XATTRS) != 0) {
            xattrs(entry.xattrs());
        }
    }

    /** Not the ordinal, which changes when the enumeration is put in another order. */
    static char code(EntryType type) {
        return switch (type) {
            case FILE -> 'f';
            case DIRECTORY -> 'd';
            case SYMLINK -> 'l';
            case CHARACTER_DEVICE -> 'c';
            case BLOCK_DEVICE -> 'b';
            case FIFO -> 'p';
            case WHITEOUT -> 'w';
        };
    }

    private void xattrs(Map<String, String> xattrs) {
        number(xattrs.size());
        for (Map.Entry<String, String> xattr : xattrs.entrySet()) {
            blob(xattr.getKey().getBytes(StandardCharsets.UTF_8));
            blob(xattr.getValue().getBytes(StandardCharsets.ISO_8859_1));
        }
    }

    private void path(RawPath path) {
        byte[] now = path.bytes();
        int mismatch = Arrays.mismatch(lastPath, now);
        int shared = mismatch < 0 ? now.length : mismatch;
        number(shared);
        number(now.length - shared);
        raw(now, shared, now.length - shared);
        lastPath = now;
    }

    /** The algorithm is told by the length. */
    void digest(Digest digest) {
        blob(HexFormat.of().parseHex(digest.hex()));
    }

    private void blob(byte[] value) {
        number(value.length);
        raw(value, 0, value.length);
    }

    /** Seven bits a byte, the low ones first; negative numbers take ten. */
    void number(long value) {
        long left = value;
        ensure(10);
        while ((left & ~0x7fL) != 0) {
            bytes[length++] = (byte) (left | 0x80);
            left >>>= 7;
        }
        bytes[length++] = (byte) left;
    }

    void raw(byte[] from, int offset, int count) {
        ensure(count);
        System.arraycopy(from, offset, bytes, length, count);
        length += count;
    }

    private void ensure(int more) {
        if (bytes.length - length < more) {
            bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, length + more));
        }
    }

    int length() {
        return length;
    }

    byte[] toBytes() {
        return Arrays.copyOf(bytes, length);
    }
}
