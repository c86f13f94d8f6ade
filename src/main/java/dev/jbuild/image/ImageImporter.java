package dev.jbuild.image;

import dev.jbuild.oci.ContainerConfig;
import dev.jbuild.oci.ImageReference;
import dev.jbuild.oci.Platform;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.progress.Cancellation;
import dev.jbuild.store.Store;
import java.io.InputStream;
import java.time.Instant;
import java.util.Optional;

/** Makes an image of one layer from the tar of a root file system. */
public final class ImageImporter {
    private final Store store;

    public ImageImporter(Store store) {
        this.store = store;
    }

    /**
     * Imports a tar of any compression.
     *
     * @param name absent keeps the image under its ID
     * @param config see {@link ConfigChanges} for instructions as {@code docker import --change} takes them
     * @param message for the history; empty for the usual one
     */
    public LocalImage importTar(
            InputStream tar,
            Optional<ImageReference> name,
            ContainerConfig config,
            String message,
            Platform platform,
            Instant created,
            Cancellation cancellation)
            throws JbuildException {
        throw new UnsupportedOperationException(tar.toString() + name + config + message + platform + created + store);
    }
}
