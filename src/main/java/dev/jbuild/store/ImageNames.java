package dev.jbuild.store;

import dev.jbuild.oci.Descriptor;
import dev.jbuild.problem.JbuildException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Names of images, each of which points to a manifest or an index in the blob store. */
public interface ImageNames {
    /** A name and what it points to: the full form of an image reference, or the image's ID for an unnamed image. */
    record NamedImage(String name, Descriptor target, Instant since, Reach reach) {}

    /** Whether a name is the ID of an image that has no other. */
    static boolean isId(String name) {
        return name.matches("sha(256|512):[0-9a-f]{64,128}");
    }

    Optional<NamedImage> find(String name) throws JbuildException;

    /** All names in order. */
    List<NamedImage> list() throws JbuildException;

    /** Points the name to {@code target}, durably: all published content is synced first. */
    void set(String name, Descriptor target) throws JbuildException;

    /** Removes a name. Returns whether it was there. */
    boolean remove(String name) throws JbuildException;
}
