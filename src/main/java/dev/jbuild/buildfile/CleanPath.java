package dev.jbuild.buildfile;

import java.util.ArrayDeque;
import java.util.Deque;

/** Shortens slash-separated paths without asking a file system. */
final class CleanPath {
    private CleanPath() {}

    /** The path without empty and {@code .} parts and with {@code ..} resolved; {@code .} when nothing is left. */
    static String of(String path) {
        boolean rooted = path.startsWith("/");
        Deque<String> parts = new ArrayDeque<>();
        for (String part : path.split("/", -1)) {
            if (part.isEmpty() || part.equals(".")) {
                continue;
            }
            if (!part.equals("..")) {
                parts.addLast(part);
            } else if (!parts.isEmpty() && !parts.getLast().equals("..")) {
                parts.removeLast();
            } else if (!rooted) {
                parts.addLast(part);
            }
        }
        String joined = String.join("/", parts);
        return rooted ? "/" + joined : joined.isEmpty() ? "." : joined;
    }
}
