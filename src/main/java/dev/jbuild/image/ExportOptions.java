package dev.jbuild.image;

import dev.jbuild.oci.ImageReference;
import dev.jbuild.problem.UsageError;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What an exporter is asked for: one {@code --output}, checked.
 *
 * @param destination a file or directory; absent for the stream given by the caller ({@code dest=-})
 * @param tar for {@code oci} and {@code docker}: one archive, or else a directory
 * @param names {@code name=}: what the image is called in an archive, or in a registry
 * @param compression absent keeps each layer as it is
 */
public record ExportOptions(
        Type type,
        Optional<Path> destination,
        boolean tar,
        List<ImageReference> names,
        Optional<LayerCompression> compression,
        int level,
        boolean push) {
    public ExportOptions {
        names = List.copyOf(names);
    }

    /** The kinds of output. */
    public enum Type {
        OCI,
        DOCKER,
        LOCAL,
        TAR,
        IMAGE
    }

    /** How layers are compressed in an export. */
    public enum LayerCompression {
        UNCOMPRESSED,
        GZIP,
        ZSTD
    }

    /**
     * Reads the pairs of an {@code --output}.
     *
     * @param attributes the pairs without {@code type}; {@code dest} is taken as it stands
     * @throws UsageError for an unknown type, attribute or value
     */
    public static ExportOptions parse(String type, Map<String, String> attributes) throws UsageError {
        throw new UsageError("unknown output type " + type + attributes);
    }
}
