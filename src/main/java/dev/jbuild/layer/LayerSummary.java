package dev.jbuild.layer;

import dev.jbuild.oci.DiffId;
import dev.jbuild.oci.Digest;

/**
 * What names and measures a layer.
 *
 * @param contentDigest digest of everything in the layer but times: equal for layers that put the same files in place
 * @param tarSize bytes of the uncompressed tar
 */
public record LayerSummary(DiffId diffId, Digest contentDigest, long tarSize) {
    /** Whether nothing is in the layer. */
    public boolean isEmpty() {
        return contentDigest.equals(ContentDigest.EMPTY);
    }
}
