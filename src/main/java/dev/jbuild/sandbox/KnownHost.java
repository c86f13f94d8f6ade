package dev.jbuild.sandbox;

import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** What this machine is like, found out by the first who asks. Safe for use by many threads. */
final class KnownHost {
    private final Path program;
    private final boolean classicOverlay;
    private @Nullable Host host;

    /** With {@code classicOverlay}, overlays are mounted as on kernels before 6.7. */
    KnownHost(Path program, boolean classicOverlay) {
        this.program = program;
        this.classicOverlay = classicOverlay;
    }

    synchronized Host get() throws IOException {
        Host known = host;
        if (known == null) {
            known = Host.of(program, classicOverlay);
            host = known;
        }
        return known;
    }
}
