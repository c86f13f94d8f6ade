package dev.jbuild.image;

import dev.jbuild.layer.Compression;

/** Media types of layers in the words of OCI. */
final class LayerTypes {
    private LayerTypes() {}

    /** Docker's type of what the OCI type says; any other type stays. */
    static String docker(String mediaType) {
        if (!mediaType.startsWith("application/vnd.oci.image.layer.v1.")) {
            return mediaType;
        }
        return Compression.ofLayerType(mediaType)
                .flatMap(Compression::dockerLayerType)
                .orElse(mediaType);
    }

    /** The OCI type of what Docker's type says; any other type stays. */
    static String oci(String mediaType) {
        if (!mediaType.startsWith("application/vnd.docker.image.rootfs.diff.")) {
            return mediaType;
        }
        return Compression.ofLayerType(mediaType)
                .flatMap(Compression::ociLayerType)
                .orElse(mediaType);
    }
}
