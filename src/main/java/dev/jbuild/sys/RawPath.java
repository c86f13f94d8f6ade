package dev.jbuild.sys;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A file name or a relative path as Linux knows it: bytes, of any encoding, with {@code /} between segments.
 *
 * <p>There is no leading, trailing or double slash and no {@code .} segment; the empty path is the root of whatever tree
 * it is used in. {@code ..} segments are kept, for only a tree can say where they lead. The order puts a directory
 * right before all that is beneath it (a slash sorts before every other byte) and is otherwise that of unsigned bytes.
 */
public final class RawPath implements Comparable<RawPath> {
    /** The root of a tree. */
    public static final RawPath ROOT = new RawPath("");

    /** One char a byte: hashes, compares and cuts as bytes do, and is as small. */
    private final String latin1;

    private RawPath(String latin1) {
        this.latin1 = latin1;
    }

    public static RawPath of(byte[] bytes) {
        return normalise(new String(bytes, StandardCharsets.ISO_8859_1));
    }

    /** From text, encoded as UTF-8. */
    public static RawPath of(String text) {
        return of(text.getBytes(StandardCharsets.UTF_8));
    }

    private static RawPath normalise(String latin1) {
        if (latin1.isEmpty()) {
            return ROOT;
        }
        boolean plain = latin1.charAt(0) != '/' && !latin1.endsWith("/") && !latin1.contains("//");
        if (plain && !latin1.startsWith(".") && !latin1.contains("/.")) {
            return new RawPath(latin1);
        }
        StringBuilder out = new StringBuilder(latin1.length());
        int start = 0;
        while (start <= latin1.length()) {
            int end = latin1.indexOf('/', start);
            if (end < 0) {
                end = latin1.length();
            }
            String segment = latin1.substring(start, end);
            if (!segment.isEmpty() && !segment.equals(".")) {
                if (out.length() > 0) {
                    out.append('/');
                }
                out.append(segment);
            }
            start = end + 1;
        }
        return out.length() == 0 ? ROOT : new RawPath(out.toString());
    }

    public boolean isRoot() {
        return latin1.isEmpty();
    }

    public byte[] bytes() {
        return latin1.getBytes(StandardCharsets.ISO_8859_1);
    }

    /** The bytes and a NUL, as system calls want them; the root is {@code .}. */
    public byte[] nulTerminated() {
        byte[] bytes = isRoot() ? new byte[] {'.'} : bytes();
        return Arrays.copyOf(bytes, bytes.length + 1);
    }

    /** The directory this lies in; the root's is the root. */
    public RawPath parent() {
        int slash = latin1.lastIndexOf('/');
        return slash < 0 ? ROOT : new RawPath(latin1.substring(0, slash));
    }

    /** The last segment; the root's is the root. */
    public RawPath fileName() {
        int slash = latin1.lastIndexOf('/');
        return slash < 0 ? this : new RawPath(latin1.substring(slash + 1));
    }

    /** This path followed by the other, which is taken as relative whether it begins with a slash or not. */
    public RawPath resolve(RawPath other) {
        if (isRoot()) {
            return other;
        }
        return other.isRoot() ? this : new RawPath(latin1 + '/' + other.latin1);
    }

    public RawPath resolve(String other) {
        return resolve(of(other));
    }

    /** Whether this is the other path or lies beneath it. */
    public boolean startsWith(RawPath other) {
        return other.isRoot()
                || (latin1.startsWith(other.latin1)
                        && (latin1.length() == other.latin1.length() || latin1.charAt(other.latin1.length()) == '/'));
    }

    /** What is left of this path beneath {@code ancestor}, which it must start with. */
    public RawPath relativeTo(RawPath ancestor) {
        if (!startsWith(ancestor)) {
            throw new IllegalArgumentException(this + " is not beneath " + ancestor);
        }
        if (ancestor.isRoot()) {
            return this;
        }
        return latin1.length() == ancestor.latin1.length()
                ? ROOT
                : new RawPath(latin1.substring(ancestor.latin1.length() + 1));
    }

    /** The segments from the top down; none for the root. */
    public List<RawPath> segments() {
        List<RawPath> segments = new ArrayList<>();
        int start = 0;
        while (start < latin1.length()) {
            int end = latin1.indexOf('/', start);
            if (end < 0) {
                end = latin1.length();
            }
            segments.add(new RawPath(latin1.substring(start, end)));
            start = end + 1;
        }
        return segments;
    }

    @Override
    public int compareTo(RawPath other) {
        int common = Math.min(latin1.length(), other.latin1.length());
        for (int i = 0; i < common; i++) {
            char a = latin1.charAt(i);
            char b = other.latin1.charAt(i);
            if (a != b) {
                return Integer.compare(a == '/' ? -1 : a, b == '/' ? -1 : b);
            }
        }
        return Integer.compare(latin1.length(), other.latin1.length());
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof RawPath path && latin1.equals(path.latin1);
    }

    @Override
    public int hashCode() {
        return latin1.hashCode();
    }

    /** The path for people: decoded as UTF-8, with replacement characters where it isn't; the root is {@code .}. */
    @Override
    public String toString() {
        return isRoot() ? "." : new String(bytes(), StandardCharsets.UTF_8);
    }
}
