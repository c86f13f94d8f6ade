package dev.jbuild.image;

import dev.jbuild.layer.Compression;
import dev.jbuild.oci.ImageReference;
import dev.jbuild.problem.UsageError;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What an exporter is asked for: one {@code --output}, checked.
 *
 * @param destination a file or directory; absent for the stream given by the caller ({@code dest=-})
 * @param tar for {@code oci} and {@code docker}: one archive, or else a directory
 * @param names {@code name=}: what the image is called in an archive, or in a registry
 * @param compression absent keeps each layer as it is
 * @param push for {@code image}: push it under its names
 * @param platformSplit for {@code local} and {@code tar}: whether each platform has a directory of its own; by default,
 *     where there may be several
 */
public record ExportOptions(
        Type type,
        Optional<Path> destination,
        boolean tar,
        List<ImageReference> names,
        Optional<Compression> compression,
        boolean push,
        Optional<Boolean> platformSplit) {
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

    /** An archive of images as they are, as {@code jbuild save} writes it. */
    public static ExportOptions archive(Type type, Optional<Path> destination) {
        return new ExportOptions(type, destination, true, List.of(), Optional.empty(), false, Optional.empty());
    }

    /**
     * Reads the pairs of an {@code --output}.
     *
     * @param attributes the pairs without {@code type}; {@code dest} is taken as it stands
     * @throws UsageError for an unknown type, attribute or value
     */
    public static ExportOptions parse(String type, Map<String, String> attributes) throws UsageError {
        Reader reader = new Reader(type(type), attributes.getOrDefault("push", "false"));
        for (Map.Entry<String, String> attribute : attributes.entrySet()) {
            reader.read(attribute.getKey(), attribute.getValue());
        }
        return reader.finish(type);
    }

    private static Type type(String type) throws UsageError {
        return switch (type) {
            case "oci" -> Type.OCI;
            case "docker" -> Type.DOCKER;
            case "local" -> Type.LOCAL;
            case "tar" -> Type.TAR;
            case "image", "registry" -> Type.IMAGE;
            default ->
                throw new UsageError(
                        "unknown output type \"" + type + "\"",
                        "the types are oci, docker, local, tar, image and registry");
        };
    }

    /** Gathers what the attributes say. */
    private static final class Reader {
        private final Type type;
        private Optional<Path> destination = Optional.empty();
        private boolean stream;
        private boolean tar = true;
        private boolean push;
        private final List<ImageReference> names = new ArrayList<>();
        private Optional<Compression> compression = Optional.empty();
        private Optional<Boolean> platformSplit = Optional.empty();

        Reader(Type type, String push) throws UsageError {
            this.type = type;
            this.push = flag("push", push);
        }

        void read(String key, String value) throws UsageError {
            switch (key) {
                case "dest" -> {
                    stream = value.equals("-");
                    destination = stream ? Optional.empty() : Optional.of(path(value));
                }
                case "tar" -> tar = flag(key, value);
                case "platform-split" -> platformSplit = Optional.of(flag(key, value));
                case "name" -> name(value);
                case "compression" -> compression = Optional.of(compression(value));
                case "compression-level" -> level(value);
                // What they ask for is how jbuild always works.
                case "push", "force-compression", "oci-mediatypes", "unpack", "store" -> flag(key, value);
                default -> throw new UsageError("unknown attribute \"" + key + "\" of --output");
            }
        }

        private static Path path(String value) throws UsageError {
            if (value.isEmpty()) {
                throw new UsageError("dest= of --output is empty");
            }
            return Path.of(value);
        }

        private static boolean flag(String key, String value) throws UsageError {
            return switch (value.toLowerCase(Locale.ROOT)) {
                case "true", "1", "t" -> true;
                case "false", "0", "f" -> false;
                default -> throw new UsageError(key + "=" + value + " of --output is neither true nor false");
            };
        }

        private void name(String value) throws UsageError {
            for (String name : value.split(",", -1)) {
                try {
                    names.add(ImageReference.parse(name.strip()));
                } catch (IllegalArgumentException e) {
                    throw new UsageError("name=" + name + " of --output isn't an image name: " + e.getMessage());
                }
            }
        }

        private static Compression compression(String value) throws UsageError {
            return switch (value) {
                case "uncompressed" -> Compression.NONE;
                case "gzip" -> Compression.GZIP;
                case "zstd" -> Compression.ZSTD;
                default ->
                    throw new UsageError(
                            "unknown compression \"" + value + "\" of --output",
                            "known are uncompressed, gzip and zstd");
            };
        }

        private static void level(String value) throws UsageError {
            if (!value.matches("-?[0-9]{1,3}")) {
                throw new UsageError("compression-level=" + value + " of --output isn't a number");
            }
        }

        ExportOptions finish(String typeName) throws UsageError {
            boolean needsPlace = type != Type.IMAGE;
            if (needsPlace && destination.isEmpty() && !stream) {
                throw new UsageError("--output type=" + typeName + " needs a dest=", "for standard output: dest=-");
            }
            boolean directory = type == Type.LOCAL || !tar;
            if (stream && directory) {
                throw new UsageError("--output type=" + typeName + " makes a directory, which dest=- can't hold");
            }
            return new ExportOptions(
                    type, destination, tar, names, compression, push || typeName.equals("registry"), platformSplit);
        }
    }
}
