package dev.jbuild.cli;

import dev.jbuild.problem.UsageError;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What other builders call the ways in which steps are kept apart. Here there is one: namespaces of their own. */
final class Isolation {
    private static final List<String> NAMESPACES = List.of("auto", "ns", "oci", "rootless", "default");

    private Isolation() {}

    /** Whether a name means what steps get anyway. */
    static boolean isUsual(String name) {
        return NAMESPACES.contains(name);
    }

    /** Refuses a value of {@code --isolation} that means something else. */
    static void check(@Nullable String name) throws UsageError {
        if (name != null && !isUsual(name)) {
            throw new UsageError(
                    "--isolation " + name + " is not available: steps run in namespaces of their own",
                    "leave the flag out; auto, ns, oci, rootless and default all mean that");
        }
    }
}
