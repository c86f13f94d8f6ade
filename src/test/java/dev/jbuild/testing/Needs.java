package dev.jbuild.testing;

import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/**
 * What a test needs of the machine: without it the test is skipped, but fails where all must run, as in continuous
 * integration. The environment says so with {@code JBUILD_REQUIRE_KERNEL=1} (programs and kernel features) and
 * {@code JBUILD_REQUIRE_SHARED=1} (the shared vectors and cases).
 */
public final class Needs {
    private Needs() {}

    /** A program or a feature of the kernel. */
    public static void machine(boolean there, String otherwise) {
        need("JBUILD_REQUIRE_KERNEL", there, otherwise);
    }

    /** Vectors and cases that lie outside the project. */
    public static void shared(boolean there, String otherwise) {
        need("JBUILD_REQUIRE_SHARED", there, otherwise);
    }

    private static void need(String required, boolean there, String otherwise) {
        if (there) {
            return;
        }
        if ("1".equals(System.getenv(required))) {
            Assertions.fail(otherwise);
        }
        Assumptions.abort(otherwise);
    }
}
