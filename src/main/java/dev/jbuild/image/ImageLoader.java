package dev.jbuild.image;

import dev.jbuild.oci.Descriptor;
import dev.jbuild.oci.Digest;
import dev.jbuild.oci.ImageReference;
import dev.jbuild.oci.Platform;
import dev.jbuild.problem.EnvironmentError;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.problem.UserError;
import dev.jbuild.progress.Cancellation;
import dev.jbuild.store.Lease;
import dev.jbuild.store.Store;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads images from archives ({@code docker save}, OCI) of any compression and from OCI layout directories. */
@SuppressWarnings("try") // leases and registrations are held, not used
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
        try (Lease lease = store.lease()) {
            ArchiveFiles files = new ArchiveFiles(store);
            try (InputStream counting = new CountingInput(
                            archive, OutputStream.nullOutputStream(), "", -1, TransferProgress.NONE, cancellation);
                    InputStream tar = store.limits().decompress(counting)) {
                files.readTar(tar);
            } catch (IOException e) {
                cancellation.throwIfCancelled();
                throw new UserError("the archive can't be read: " + e.getMessage(), e);
            }
            return name(files, name, platform);
        }
    }

    /** Reads an archive file or an OCI layout directory. */
    public List<LoadedImage> load(
            Path archive, Optional<ImageReference> name, Platform platform, Cancellation cancellation)
            throws JbuildException {
        if (Files.isDirectory(archive)) {
            return loadLayout(archive, name, platform, cancellation);
        }
        try (InputStream in = Files.newInputStream(archive)) {
            return load(in, name, platform, cancellation);
        } catch (NoSuchFileException e) {
            throw new UserError("there is no file " + archive, e);
        } catch (IOException e) {
            throw new EnvironmentError(archive + " can't be read: " + e.getMessage(), e);
        }
    }

    private List<LoadedImage> loadLayout(
            Path directory, Optional<ImageReference> name, Platform platform, Cancellation cancellation)
            throws JbuildException {
        try (Lease lease = store.lease()) {
            ArchiveFiles files = new ArchiveFiles(store);
            try {
                files.readLayout(directory, cancellation);
            } catch (IOException e) {
                throw new UserError(directory + " can't be read as an OCI image layout: " + e.getMessage(), e);
            }
            return name(files, name, platform);
        }
    }

    /**
     * Reads one image of an OCI layout directory, and gives it no name.
     *
     * @param tag its name in the layout; any will do for the only one
     * @param digest of its manifest or index, which wins over {@code tag}
     */
    public LocalImage loadOne(
            Path directory, Optional<String> tag, Optional<Digest> digest, Platform platform, Cancellation cancellation)
            throws JbuildException {
        try (Lease lease = store.lease()) {
            ArchiveFiles files = new ArchiveFiles(store);
            files.readLayout(directory, cancellation);
            Descriptor target = new LayoutImages(directory, files).find(tag, digest);
            return new Documents(store.blobs())
                    .image(target, platform)
                    .orElseThrow(() -> new UserError(
                            "the OCI layout " + directory + " holds no image " + target.digest() + " for " + platform));
        } catch (IOException e) {
            throw new UserError(directory + " can't be read as an OCI image layout: " + e.getMessage(), e);
        }
    }

    private List<LoadedImage> name(ArchiveFiles files, Optional<ImageReference> name, Platform platform)
            throws JbuildException {
        List<ArchivedImage> images = new ArchiveContents(files).images();
        if (images.isEmpty()) {
            throw new UserError("the archive holds no image");
        }
        if (name.isPresent() && images.size() > 1) {
            throw new UserError("the archive holds " + images.size() + " images, which can't all be called "
                    + name.get().familiar());
        }
        Names names = new Names(store);
        Documents documents = new Documents(store.blobs());
        List<LoadedImage> loaded = new ArrayList<>();
        for (ArchivedImage image : images) {
            Optional<LocalImage> local = documents.image(image.target(), platform);
            if (local.isEmpty()) {
                local = documents.anyImage(image.target());
            }
            Digest id = local.map(LocalImage::id).orElse(image.target().digest());
            List<ImageReference> given = name.map(List::of).orElse(image.names());
            for (ImageReference reference : given) {
                names.set(reference, image.target());
            }
            if (given.isEmpty()) {
                names.setUnnamed(id, image.target());
            }
            loaded.add(new LoadedImage(given, id, image.target()));
        }
        return loaded;
    }

    /** An image that an archive holds, with the names the archive gives it. */
    record ArchivedImage(Descriptor target, List<ImageReference> names) {
        ArchivedImage {
            names = List.copyOf(names);
        }
    }
}
