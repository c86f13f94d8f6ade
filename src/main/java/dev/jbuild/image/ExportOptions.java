package dev.jbuild.image;

import dev.jbuild.layer.Compression;
import dev.jbuild.oci.ImageReference;
import dev.jbuild.oci.Platform;
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
 * @param platformSplit for {@code local} and {@code tar}: whether each platform has a directory of its own; by default,
 *     where there may be several
 * @param naming what the image is called in an archive, the store or a registry
 */
public record ExportOptions(
        Type type,
        Optional<Path> destination,
        boolean tar,
        Optional<Boolean> platformSplit,
        ImageForm form,
        ImageNaming naming) {

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
        return new ExportOptions(type, destination, true, Optional.empty(), ImageForm.KEPT, ImageNaming.NONE);
    }

    public List<ImageReference> names() {
        return naming.given();
    }

    public boolean push() {
        return naming.push();
    }

    /** Whether the image is delivered in the form in which it is kept. */
    public boolean isKept() {
        return form.equals(ImageForm.KEPT);
    }

    Optional<Compression> compression() {
        return form.compression();
    }

    /**
     * Refuses what doesn't fit the result of the build.
     *
     * @param index whether the result is an index of platforms
     */
    public void check(List<Platform> platforms, boolean index) throws UsageError {
        if (index && type == Type.DOCKER) {
            throw new UsageError(
                    "an archive for docker holds one image, not an index of several platforms",
                    "use --output type=oci, or build for one platform");
        }
        form.annotations().check(platforms, index);
    }

    /**
     * Reads the pairs of an {@code --output}.
     *
     * @param attributes the pairs without {@code type}; {@code dest} is taken as it stands
     * @throws UsageError for an unknown type, attribute or value
     */
    public static ExportOptions parse(String type, Map<String, String> attributes) throws UsageError {
        OutputAttributes reader = new OutputAttributes(type(type), type.equals("registry"));
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
}
