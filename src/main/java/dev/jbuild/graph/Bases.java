package dev.jbuild.graph;

import dev.jbuild.oci.Digest;
import dev.jbuild.oci.ImageConfig;
import dev.jbuild.oci.ImageReference;
import dev.jbuild.oci.Platform;
import dev.jbuild.problem.JbuildException;
import java.time.Instant;
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

    /**
     * When something from outside was made, for {@code SOURCE_DATE_EPOCH}: a commit, a file that a server knows the time
     * of, an archive; nothing for what has no time of its own, such as a directory.
     *
     * @param source a repository, a file, or the build context
     */
    default Optional<Instant> time(Op source) throws JbuildException {
        return Optional.empty();
    }

    /** What a named context is. */
    sealed interface NamedContext {
        record Files() implements NamedContext {}

        record Image(Base base) implements NamedContext {}

        /** No files at all, and no configuration. */
        record Nothing() implements NamedContext {}

        /**
         * Files from another machine.
         *
         * @param source a git repository, or a file behind an HTTP address, which is unpacked if it is an archive
         * @param address as people are shown it
         */
        record Remote(Op source, String address) implements NamedContext {}
    }
}
