package dev.jbuild.image;

import dev.jbuild.problem.UsageError;
import java.util.List;
import java.util.Optional;

/**
 * What people write to say which image they mean: a name or ID, or a path of an archive or layout, with or without one of the
 * transports that skopeo, podman and buildx know ({@code oci:}, {@code oci-archive:}, {@code docker-archive:},
 * {@code oci-layout://}).
 *
 * @param transport where it lies
 * @param place the name, or the path as written, with the name inside it if it says one
 */
public record ImageAddress(Transport transport, String place) {
    private static final List<String> ELSEWHERE =
            List.of("docker://", "docker-daemon:", "containers-storage:", "podman:", "docker-image://");

    /** Where an image lies. */
    public enum Transport {
        /** The text doesn't say: the store if it has it, else a file. */
        ANY,
        /** Written as a path. */
        PATH,
        LAYOUT,
        ARCHIVE
    }

    /**
     * Reads an address.
     *
     * @throws UsageError if it says a place that isn't looked into
     */
    public static ImageAddress parse(String text) throws UsageError {
        for (String prefix : ELSEWHERE) {
            if (text.startsWith(prefix)) {
                throw new UsageError(
                        "images can't be looked into at " + text + ", only in the store, in layouts and in archives",
                        "get it first, with: jbuild pull " + text.substring(prefix.length()));
            }
        }
        return transport(text).orElseGet(() -> new ImageAddress(isPath(text) ? Transport.PATH : Transport.ANY, text));
    }

    private static Optional<ImageAddress> transport(String text) {
        int end = transportLength(text);
        if (end == 0) {
            return Optional.empty();
        }
        boolean archive = text.startsWith("oci-archive:") || text.startsWith("docker-archive:");
        return Optional.of(new ImageAddress(archive ? Transport.ARCHIVE : Transport.LAYOUT, text.substring(end)));
    }

    /** How many characters of a text name the transport; 0 if none does. */
    public static int transportLength(String text) {
        for (String name : List.of("oci-layout:", "oci-archive:", "docker-archive:", "oci:")) {
            if (text.startsWith(name)) {
                return text.startsWith("//", name.length()) ? name.length() + 2 : name.length();
            }
        }
        return 0;
    }

    private static boolean isPath(String text) {
        return text.startsWith("/") || text.startsWith("./") || text.startsWith("../") || text.equals("-");
    }
}
