package dev.jbuild.image;

import dev.jbuild.oci.ImageReference;
import dev.jbuild.oci.Platform;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.progress.Cancellation;
import dev.jbuild.store.Store;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Reads images from archives ({@code docker save}, OCI) of any compression and from OCI layout directories. */
public final class ImageLoader {
    private final Store store;

    public ImageLoader(Store store) {
        this.store = store;
    }

    /**
     * Reads an archive from a stream, keeping no more of it in memory than small documents.
     *
     * @param name given to the (only) image in place of its own names
     */
    public List<LoadedImage> load(
            InputStream archive, Optional<ImageReference> name, Platform platform, Cancellation cancellation)
            throws JbuildException {
        throw new UnsupportedOperationException(archive.toString() + name + platform + store);
    }

    /** Reads an archive file or an OCI layout directory. */
    public List<LoadedImage> load(
            Path archive, Optional<ImageReference> name, Platform platform, Cancellation cancellation)
            throws JbuildException {
        throw new UnsupportedOperationException(archive.toString() + name + platform);
    }
}
