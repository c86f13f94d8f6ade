package dev.jbuild.fuzz;

import dev.jbuild.buildfile.IgnorePatterns;
import dev.jbuild.problem.UserError;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Asks an ignore file about a path, both out of one input: the path is its last line. Walking there must agree. */
public final class IgnoreFuzz {
    private IgnoreFuzz() {}

    public static void fuzzerTestOneInput(byte[] input) {
        Budget.hold(input, () -> read(input));
    }

    private static void read(byte[] input) {
        int split = input.length;
        while (split > 0 && input[split - 1] != '\n') {
            split--;
        }
        String path = new String(Arrays.copyOfRange(input, split, input.length), StandardCharsets.UTF_8);
        try {
            IgnorePatterns patterns = IgnorePatterns.parse(Arrays.copyOf(input, split));
            patterns.ignores(path);
            walk(patterns, path);
        } catch (UserError promised) {
            // What is wrong with a file is said so.
        }
    }

    private static void walk(IgnorePatterns patterns, String path) {
        IgnorePatterns.Entry entry = patterns.root();
        for (String name : path.split("/")) {
            if (!name.isEmpty()) {
                entry = entry.child(name);
                if (entry.isSubtreeIgnored() && !entry.isIgnored()) {
                    throw new AssertionError("all of " + entry.path() + " is ignored, but not itself");
                }
            }
        }
    }
}
