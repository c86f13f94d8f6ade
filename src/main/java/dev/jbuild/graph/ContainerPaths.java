package dev.jbuild.graph;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** Paths inside a container, joined by their text alone as the language defines it: symlinks don't matter here. */
final class ContainerPaths {
    private ContainerPaths() {}

    static boolean isAbsolute(String path) {
        return path.startsWith("/");
    }

    /** The shortest path of the same meaning; {@code .} for an empty one. */
    static String clean(String path) {
        boolean absolute = isAbsolute(path);
        Deque<String> segments = new ArrayDeque<>();
        for (String segment : path.split("/", -1)) {
            if (segment.equals("..")) {
                stepUp(segments, absolute);
            } else if (!segment.isEmpty() && !segment.equals(".")) {
                segments.addLast(segment);
            }
        }
        String joined = String.join("/", segments);
        if (absolute) {
            return "/" + joined;
        }
        return joined.isEmpty() ? "." : joined;
    }

    private static void stepUp(Deque<String> segments, boolean absolute) {
        if (!segments.isEmpty() && !segments.getLast().equals("..")) {
            segments.removeLast();
        } else if (!absolute) {
            segments.addLast("..");
        }
    }

    /** These paths one beneath the other, cleaned. */
    static String join(String... parts) {
        List<String> given = new ArrayList<>();
        for (String part : parts) {
            if (!part.isEmpty()) {
                given.add(part);
            }
        }
        return given.isEmpty() ? "" : clean(String.join("/", given));
    }

    /** The last segment. */
    static String base(String path) {
        String cleaned = clean(path);
        return cleaned.equals("/") ? cleaned : cleaned.substring(cleaned.lastIndexOf('/') + 1);
    }

    /** A path as seen from a directory: an absolute one as it stands, an empty one is the directory itself. */
    static String resolve(String directory, String path) {
        String parent = isAbsolute(directory) ? directory : join("/", directory);
        if (path.isEmpty()) {
            return parent;
        }
        return isAbsolute(path) ? path : join(parent, path);
    }

    /**
     * The cleaned path of a destination. What says that a directory is meant is kept: a trailing slash or dot.
     *
     * <p>Cleaning comes before any symlink is followed, so {@code /link/..} is the root, wherever {@code /link} leads.
     */
    static String resolveDestination(String directory, String path) {
        String asked = path.isEmpty() || path.equals(".") ? "./" : path;
        String resolved = clean(resolve(directory, asked));
        if (resolved.equals("/")) {
            return resolved;
        }
        if (asked.endsWith("/")) {
            return resolved + "/";
        }
        return asked.endsWith("/.") ? resolved + "/." : resolved;
    }
}
