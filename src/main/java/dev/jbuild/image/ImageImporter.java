package dev.jbuild.image;

import dev.jbuild.oci.ContainerConfig;
import dev.jbuild.oci.History;
import dev.jbuild.oci.ImageConfig;
import dev.jbuild.oci.ImageReference;
import dev.jbuild.oci.Platform;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.problem.UserError;
import dev.jbuild.progress.Cancellation;
import dev.jbuild.snapshot.LayerDirectories;
import dev.jbuild.store.LayerStore.StoredLayer;
import dev.jbuild.store.Lease;
import dev.jbuild.store.Store;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Makes an image of one layer from the tar of a root file system. */
@SuppressWarnings("try") // the lease is held, not used
public final class ImageImporter {
    private final Store store;

    public ImageImporter(Store store) {
        this.store = store;
    }

    /**
     * Imports a tar of any compression. The layer is what unpacking it gives, so that the same files give the same layer.
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
        try (Lease lease = store.lease()) {
            StoredLayer layer = layer(tar, cancellation);
            History entry =
                    new History(Optional.of(created), "", message.isEmpty() ? "Imported from -" : message, "", false);
            ImageConfig document = new ImageConfig(
                    platform,
                    Optional.of(created),
                    "",
                    config,
                    List.of(layer.summary().diffId()),
                    List.of(entry));
            LocalImage image =
                    new ImageAssembler(store).put(document, List.of(ImageAssembler.plain(layer.summary())), Map.of());
            Names names = new Names(store);
            if (name.isPresent()) {
                names.set(name.get(), image.target());
            } else {
                names.setUnnamed(image.id(), image.target());
            }
            return image;
        }
    }

    private StoredLayer layer(InputStream compressed, Cancellation cancellation) throws JbuildException {
        try (InputStream counting = new CountingInput(
                        compressed, OutputStream.nullOutputStream(), "", -1, TransferProgress.NONE, cancellation);
                InputStream tar = store.limits().decompress(counting)) {
            return LayerDirectories.recapture(store, tar);
        } catch (IOException e) {
            cancellation.throwIfCancelled();
            throw new UserError("the tar can't be read: " + e.getMessage(), e);
        }
    }
}
