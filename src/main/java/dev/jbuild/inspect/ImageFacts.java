package dev.jbuild.inspect;

import dev.jbuild.oci.Descriptor;
import dev.jbuild.oci.Digest;
import dev.jbuild.oci.ImageConfig;
import dev.jbuild.oci.ImageReference;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What a store knows of one image.
 *
 * @param id the digest of the configuration
 * @param target what the image's names point to: its manifest, or an index
 * @param names in their full form
 * @param layerSizes bytes of each layer as tar, bottom first, as many as the configuration has layers
 * @param named since when it has had its name
 */
public record ImageFacts(
        Digest id,
        Descriptor target,
        ImageConfig config,
        List<ImageReference> names,
        List<Long> layerSizes,
        Optional<Instant> named) {
    public ImageFacts {
        names = List.copyOf(names);
        layerSizes = List.copyOf(layerSizes);
    }

    /** Bytes of all layers as tar. */
    public long size() {
        return layerSizes.stream().mapToLong(Long::longValue).sum();
    }
}
