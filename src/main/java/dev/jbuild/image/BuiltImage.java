package dev.jbuild.image;

import dev.jbuild.oci.Descriptor;
import dev.jbuild.oci.Platform;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * What a build made for one platform.
 *
 * @param platform what was asked for, which names the image in an index
 * @param baseLayers how many of the layers, from the bottom, are those of the base image
 * @param baseHistory how many entries of the history, from the oldest, are those of the base image
 * @param epoch the time that the build set for all that it made
 * @param annotations what refers to the manifest carries
 */
public record BuiltImage(
        Platform platform,
        LocalImage image,
        int baseLayers,
        int baseHistory,
        Optional<Instant> epoch,
        Map<String, String> annotations) {
    public BuiltImage {
        annotations = Map.copyOf(annotations);
    }

    /** An image that was there already. */
    static BuiltImage of(LocalImage image) {
        return new BuiltImage(
                image.config().platform(),
                image,
                image.config().diffIds().size(),
                image.config().history().size(),
                Optional.empty(),
                Map.of());
    }

    BuiltImage with(LocalImage other, Map<String, String> otherAnnotations) {
        return new BuiltImage(platform, other, baseLayers, baseHistory, epoch, otherAnnotations);
    }

    /** The image's manifest as an entry of an index. */
    Descriptor entry() {
        Descriptor manifest = image.manifest().descriptor();
        return new Descriptor(
                manifest.mediaType(), manifest.digest(), manifest.size(), annotations, Optional.of(described()));
    }

    /** Which Windows an image is for, its base decides. */
    private Platform described() {
        boolean open = platform.os().equals("windows") && platform.osVersion().isEmpty();
        return open
                ? new Platform(
                        platform.os(),
                        platform.architecture(),
                        platform.variant(),
                        image.config().platform().osVersion())
                : platform;
    }

    /** The directory that holds its files beside those of others, such as {@code linux_arm_v7}. */
    String directory() {
        return platform.toString().replace('/', '_');
    }
}
