package dev.jbuild.image;

import dev.jbuild.oci.Descriptor;
import dev.jbuild.oci.Platform;

/**
 * What a build made for one platform.
 *
 * @param platform what was asked for, which names the image in an index
 * @param baseLayers how many of the layers, from the bottom, are those of the base image
 * @param baseHistory how many entries of the history, from the oldest, are those of the base image
 */
public record BuiltImage(Platform platform, LocalImage image, int baseLayers, int baseHistory) {

    /** An image that was there already. */
    static BuiltImage of(LocalImage image) {
        return new BuiltImage(
                image.config().platform(),
                image,
                image.config().diffIds().size(),
                image.config().history().size());
    }

    BuiltImage with(LocalImage other) {
        return new BuiltImage(platform, other, baseLayers, baseHistory);
    }

    /** The image's manifest as an entry of an index. */
    Descriptor entry() {
        // Which Windows an image is for, its base decides.
        boolean windows =
                platform.os().equals("windows") && platform.osVersion().isEmpty();
        Platform whole = windows
                ? new Platform(
                        platform.os(),
                        platform.architecture(),
                        platform.variant(),
                        image.config().platform().osVersion())
                : platform;
        return image.manifest().descriptor().withPlatform(whole);
    }

    /** The directory that holds its files beside those of others, such as {@code linux_arm_v7}. */
    String directory() {
        return platform.toString().replace('/', '_');
    }
}
