package dev.jbuild.cli;

import dev.jbuild.problem.UsageError;
import dev.jbuild.sandbox.Isolation;
import java.util.List;
import java.util.Optional;

/** What {@code --isolation} and {@code BUILDAH_ISOLATION} say: how steps are kept apart. */
final class IsolationFlag {
    /** Other builders have several ways to make namespaces; here it depends on the machine only. */
    private static final List<String> NAMESPACES = List.of("auto", "ns", "oci", "rootless", "default");

    private IsolationFlag() {}

    /** Absent for a name that is unknown. */
    static Optional<Isolation> parse(String name) {
        if (name.equals("chroot")) {
            return Optional.of(Isolation.CHROOT);
        }
        return NAMESPACES.contains(name) ? Optional.of(Isolation.NAMESPACES) : Optional.empty();
    }

    /** As {@link #parse}, for a value that was given on the command line. */
    static Isolation required(String name) throws UsageError {
        return parse(name)
                .orElseThrow(
                        () -> new UsageError(
                                "--isolation " + name + " is unknown",
                                "auto, ns, oci, rootless and default mean namespaces; chroot is for where these aren't allowed"));
    }
}
