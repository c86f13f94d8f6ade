package dev.jbuild.sandbox;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Something mounted over the root file system of one process. Targets are absolute paths in that root, resolved inside it
 * and made when missing.
 */
public sealed interface Mount {
    String target();

    /** What files of a mount can't be used for. */
    enum Flag {
        NO_SET_USER_ID("nosuid"),
        NO_DEVICES("nodev"),
        NO_PROGRAMS("noexec");

        private final String option;

        Flag(String option) {
            this.option = option;
        }

        /** As mount(8) spells it. */
        String option() {
            return option;
        }
    }

    /** A file or directory of the host. */
    record Bind(Path source, String target, boolean readOnly, Set<Flag> flags) implements Mount {
        public Bind {
            flags = Set.copyOf(flags);
        }

        /** One whose devices can't be opened. */
        public Bind(Path source, String target, boolean readOnly) {
            this(source, target, readOnly, Set.of(Flag.NO_DEVICES));
        }
    }

    /**
     * A device that can be opened: a node of its own or, where none can be made, that of the host.
     *
     * @param source the node on the host, if there is one of the same device
     * @param mode of a node of its own, as {@code uid} and {@code gid} are
     * @param access what of reading, writing and making nodes ({@code r}, {@code w}, {@code m}) is allowed
     */
    record Device(Optional<Path> source, String target, DeviceId device, int mode, long uid, long gid, String access)
            implements Mount {
        static final String ALL = "rwm";

        /** Whether something is forbidden that the owner and mode of the node don't forbid to everybody. */
        boolean isRestricted() {
            return device.isFiltered() && !(access.contains("r") && access.contains("w"));
        }
    }

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
