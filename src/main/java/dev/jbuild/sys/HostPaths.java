package dev.jbuild.sys;

import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * Between {@link Path}s of this machine and the bytes they stand for, also where these aren't text in the JVM's
 * charset. Pure Java.
 */
public final class HostPaths {
    private HostPaths() {}

    /** The bytes of the absolute path, as system calls want them but without the NUL. */
    public static byte[] bytes(Path path) {
        String text = path.toString();
        if (isPlain(text) && path.isAbsolute()) {
            return text.getBytes(StandardCharsets.ISO_8859_1);
        }
        byte[] bytes = decode(path.toUri().getRawPath());
        int length = bytes.length;
        while (length > 1 && bytes[length - 1] == '/') {
            length--;
        }
        return Arrays.copyOf(bytes, length);
    }

    /** The bytes of the last segment. */
    public static RawPath fileName(Path path) {
        Path name = path.getFileName();
        if (name == null) {
            return RawPath.ROOT;
        }
        return isPlain(name.toString())
                ? RawPath.of(name.toString())
                : RawPath.of(bytes(name)).fileName();
    }

    /**
     * The path {@code beneath} a directory of this machine. Symlinks in it would be followed by whoever opens the
     * result, so this is only for trees that jbuild made or that no image has a say in.
     */
    public static Path resolve(Path directory, RawPath beneath) {
        if (beneath.isRoot()) {
            return directory;
        }
        byte[] bytes = beneath.bytes();
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        if (isPlain(text)) {
            return directory.resolve(text);
        }
        StringBuilder uri = new StringBuilder("file://");
        encode(bytes(directory), uri);
        uri.append('/');
        encode(bytes, uri);
        return Path.of(URI.create(uri.toString()));
    }

    /** A path below a directory of this machine, as bytes relative to it. */
    public static RawPath relativize(Path directory, Path beneath) {
        return RawPath.of(bytes(beneath)).relativeTo(RawPath.of(bytes(directory)));
    }

    private static boolean isPlain(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) < ' ' || text.charAt(i) > '~') {
                return false;
            }
        }
        return true;
    }

    private static void encode(byte[] bytes, StringBuilder out) {
        for (byte b : bytes) {
            boolean unreserved = (b >= 'a' && b <= 'z')
                    || (b >= 'A' && b <= 'Z')
                    || (b >= '0' && b <= '9')
                    || "/-_.~".indexOf(b) >= 0;
            if (unreserved) {
                out.append((char) b);
            } else {
                out.append('%').append(Character.forDigit((b >> 4) & 15, 16)).append(Character.forDigit(b & 15, 16));
            }
        }
    }

    private static byte[] decode(String encoded) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(encoded.length());
        int i = 0;
        while (i < encoded.length()) {
            char c = encoded.charAt(i);
            if (c == '%') {
                out.write(Integer.parseInt(encoded.substring(i + 1, i + 3), 16));
                i += 3;
            } else {
                out.write(c);
                i++;
            }
        }
        return out.toByteArray();
    }
}
