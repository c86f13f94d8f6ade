package dev.jbuild.solver.copy;

import java.nio.charset.StandardCharsets;

/** Symlink targets are kept one byte a char. */
final class LinkTarget {
    private LinkTarget() {}

    static byte[] bytes(String latin1) {
        return latin1.getBytes(StandardCharsets.ISO_8859_1);
    }
}
