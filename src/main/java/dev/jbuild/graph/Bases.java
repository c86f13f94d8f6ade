package dev.jbuild.graph;

import dev.jbuild.oci.Digest;
import dev.jbuild.oci.ImageConfig;
import dev.jbuild.oci.ImageReference;
import dev.jbuild.oci.Platform;
import dev.jbuild.problem.JbuildException;
import java.util.Optional;

/** What graph building asks of the world outside. */
public interface Bases {
    /** An image for one platform, found locally or in a registry. */
    record Base(ImageReference reference, Digest manifest, ImageConfig config) {}

    /** Finds an image. */
    Base resolve(ImageReference reference, Platform platform) throws JbuildException;

    /**
     * What {@code --build-context name=…} puts in place of a stage, an image or a context of this name.
     *
     * @param name in short form, without {@code :latest}: {@code build}, {@code busybox}, {@code example.com/app:1}
     */
    Optional<NamedContext> named(String name, Platform platform) throws JbuildException;

    /** What a named context is. */
    sealed interface NamedContext {
        record Files() implements NamedContext {}

        record Image(Base base) implements NamedContext {}
    }
}
