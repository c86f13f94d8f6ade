package dev.jbuild.fs;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * The namespace of overlayfs's own extended attributes: {@code trusted.overlay.} where the kernel lets us write it,
 * {@code user.overlay.} (mount option {@code userxattr}) inside a user namespace.
 */
public enum OverlayXattrs {
    TRUSTED("trusted.overlay."),
    USER("user.overlay.");

    private static final long SYS_ADMIN = 1L << 21;

    private final String prefix;

    OverlayXattrs(String prefix) {
        this.prefix = prefix;
    }

    /** What this process can write: attributes of {@code trusted.} ask for privileges over the whole machine. */
    public static OverlayXattrs ofThisProcess() throws IOException {
        return IdMap.users().isOfMachine() && isAdministrator() ? TRUSTED : USER;
    }

    /** Whether this process has CAP_SYS_ADMIN, which a container without privileges doesn't. */
    private static boolean isAdministrator() throws IOException {
        try (Stream<String> lines = Files.lines(Path.of("/proc/self/status"), StandardCharsets.ISO_8859_1)) {
            return lines.filter(line -> line.startsWith("CapEff:"))
                    .anyMatch(line -> (Long.parseUnsignedLong(line.substring(7).strip(), 16) & SYS_ADMIN) != 0);
        }
    }

    public String prefix() {
        return prefix;
    }

    /** The attribute that, with the value {@code y}, hides what lower directories have in a directory. */
    public String opaque() {
        return prefix + "opaque";
    }

    /** The attribute of an empty file that stands for nothing, where {@link Whiteouts} can't be devices. */
    String whiteout() {
        return prefix + "whiteout";
    }

    /** Whether the attribute steers overlayfs, in either namespace, and so must never come from an image. */
    public static boolean owns(String name) {
        return name.startsWith(TRUSTED.prefix) || name.startsWith(USER.prefix);
    }
}
