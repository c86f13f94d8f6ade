package dev.jbuild.solver;

import java.nio.file.Path;

/**
 * A file or directory of this machine that every RUN step sees ({@code --volume}).
 *
 * @param source absolute
 * @param target absolute, in the step's root file system
 */
public record HostVolume(Path source, String target, Access access) {
    /** What steps may do with it. */
    public enum Access {
        READ_ONLY,
        /** What they write is there afterwards. */
        READ_WRITE,
        /** What they write is dropped after each step. */
        OVERLAY
    }
}
