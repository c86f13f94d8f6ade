package dev.jbuild.image;

import dev.jbuild.oci.Digest;
import java.util.List;

/**
 * What the removal of an image did.
 *
 * @param untagged the names that were taken away, in their short form
 * @param deleted the IDs of the images that no name is left for; a collection frees their space
 */
public record Removed(List<String> untagged, List<Digest> deleted) {
    public Removed {
        untagged = List.copyOf(untagged);
        deleted = List.copyOf(deleted);
    }
}
