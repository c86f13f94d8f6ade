package dev.jbuild.sandbox;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Something mounted over the root file system of one process. Targets are absolute paths in that root, resolved inside it
 * and made when missing.
 */
public sealed interface Mount {
    String target();

    /** A file or directory of the host. */
    record Bind(Path source, String target, boolean readOnly) implements Mount {}

    /**
     * A file or directory ({@code subPath}) of an overlay over directories of the host (topmost first); what is written
     * goes to {@code upper}.
     */
    record Overlay(List<Path> lowers, Path upper, Path work, String subPath, String target, boolean readOnly)
            implements Mount {
        public Overlay {
            lowers = List.copyOf(lowers);
        }

        /** What it is made of, topmost first. */
        List<Path> layers() {
            return Root.layers(lowers, upper);
        }
    }

    /**
     * An empty file system in memory.
     *
     * @param mode of its root directory
     */
    record Tmpfs(String target, Optional<Long> sizeBytes, int mode, boolean readOnly) implements Mount {}

    /** A read-only file that is only in memory: what it holds never touches a disk. */
    record Content(String target, ByteBuffer content, int mode, long uid, long gid) implements Mount {
        private static final int EXECUTABLE = 0111;

        public Content {
            content = content.asReadOnlyBuffer();
        }

        byte[] bytes() {
            byte[] bytes = new byte[content.remaining()];
            content.duplicate().get(bytes);
            return bytes;
        }

        boolean isExecutable() {
            return (mode & EXECUTABLE) != 0;
        }
    }
}
