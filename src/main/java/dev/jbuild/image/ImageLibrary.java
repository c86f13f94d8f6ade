package dev.jbuild.image;

import dev.jbuild.oci.Descriptor;
import dev.jbuild.oci.Digest;
import dev.jbuild.oci.ImageReference;
import dev.jbuild.oci.Platform;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.progress.Cancellation;
import dev.jbuild.registry.Registries;
import dev.jbuild.snapshot.LayerStack;
import dev.jbuild.store.Store;
import java.util.List;
import java.util.Optional;

/** The images of a store, and how more of them come from registries. Safe for use by many threads. */
public final class ImageLibrary {
    private final Store store;
    private final Registries registries;

    public ImageLibrary(Store store, Registries registries) {
        this.store = store;
        this.registries = registries;
    }

    /** Looks an image up by name, ID or the beginning of an ID (with or without {@code sha256:}). */
    public Optional<LocalImage> find(String nameOrId, Platform platform) throws JbuildException {
        throw new UnsupportedOperationException(nameOrId + platform + store + registries);
    }

    /**
     * As {@link #find}.
     *
     * @throws dev.jbuild.problem.UserError if there is no such image
     */
    public LocalImage get(String nameOrId, Platform platform) throws JbuildException {
        throw new UnsupportedOperationException(nameOrId + platform);
    }

    /** The image with this manifest, which must be in the store. */
    public LocalImage read(Digest manifest) throws JbuildException {
        throw new UnsupportedOperationException(manifest.toString());
    }

    /** All images, named ones first, in order of name. */
    public List<ListedImage> list() throws JbuildException {
        throw new UnsupportedOperationException();
    }

    /** Gives an image that is there one more name. */
    public void tag(String source, ImageReference name) throws JbuildException {
        throw new UnsupportedOperationException(source + name);
    }

    /** Gives an image a name, or keeps it under its ID when there is none, durably. */
    public void name(LocalImage image, List<ImageReference> names) throws JbuildException {
        throw new UnsupportedOperationException(image.toString() + names);
    }

    /** Takes a name away; or all names of an image given by its ID, with {@code force} when there are several. */
    public Removed remove(String nameOrId, boolean force) throws JbuildException {
        throw new UnsupportedOperationException(nameOrId + force);
    }

    /**
     * An image by reference: the store's, else the registry's, of which then the manifest and configuration are in the
     * store and the layers follow with {@link #unpack}.
     *
     * @param alwaysPull ask the registry first, whatever the store has
     */
    public LocalImage resolve(
            ImageReference reference,
            Platform platform,
            boolean alwaysPull,
            TransferProgress progress,
            Cancellation cancellation)
            throws JbuildException {
        throw new UnsupportedOperationException(reference.toString() + platform + alwaysPull + progress);
    }

    /** Gets an image with all its layers from its registry and names it. */
    public LocalImage pull(
            ImageReference reference, Platform platform, TransferProgress progress, Cancellation cancellation)
            throws JbuildException {
        throw new UnsupportedOperationException(reference.toString() + platform + progress);
    }

    /** Makes every layer of an image present as a directory, fetching what is missing. */
    public LayerStack unpack(LocalImage image, TransferProgress progress, Cancellation cancellation)
            throws JbuildException {
        throw new UnsupportedOperationException(image.toString() + progress);
    }

    /** Pushes an image. Returns the manifest that the registry has now; its layers may be compressed by the way. */
    public Descriptor push(
            LocalImage image, ImageReference destination, TransferProgress progress, Cancellation cancellation)
            throws JbuildException {
        throw new UnsupportedOperationException(image.toString() + destination + progress);
    }

    /** The bytes of layers. */
    public LayerBlobs layers() {
        return new LayerBlobs(store);
    }
}
