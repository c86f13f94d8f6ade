package dev.jbuild.image;

import dev.jbuild.image.ImageAddress.Transport;
import dev.jbuild.image.ImageLoader.ArchivedImage;
import dev.jbuild.oci.Descriptor;
import dev.jbuild.oci.Digest;
import dev.jbuild.oci.ImageReference;
import dev.jbuild.oci.Platform;
import dev.jbuild.problem.EnvironmentError;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.problem.RemoteError;
import dev.jbuild.problem.UserError;
import dev.jbuild.progress.Cancellation;
import dev.jbuild.store.BlobSource;
import dev.jbuild.store.Lease;
import dev.jbuild.store.Store;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Opens images to be looked into: those of the store, and those of archives and layouts where they lie. */
public final class ImageInputs {
    private final Store store;
    private final ImageLibrary library;
    private final Path directory;
    private final InputStream standardInput;

    /**
     * @param directory what relative paths are relative to
     * @param standardInput read for {@code -}
     */
    public ImageInputs(Store store, ImageLibrary library, Path directory, InputStream standardInput) {
        this.store = store;
        this.library = library;
        this.directory = directory;
        this.standardInput = standardInput;
    }

    /** A path of the command line and what was said after it: a name inside the file. */
    private record Place(Path path, Optional<String> name, Optional<Digest> digest) {}

    /**
     * Opens an image.
     *
     * @param platform which of an index's images is meant; the only one is it anyway
     * @throws UserError if there is none at this address
     */
    public ReadableImage open(ImageAddress address, Platform platform, Cancellation cancellation)
            throws JbuildException {
        if (address.transport() == Transport.ANY) {
            Optional<LocalImage> local = library.find(address.place(), platform);
            if (local.isPresent() || !Files.exists(place(address.place()).path())) {
                return ofStore(local.isPresent() ? local.get() : library.get(address.place(), platform), cancellation);
            }
        }
        return outside(address, platform, cancellation);
    }

    /** Opens an image of the store, with a name or without. */
    public ReadableImage open(LocalImage image, Cancellation cancellation) throws JbuildException {
        return ofStore(image, cancellation);
    }

    private ReadableImage ofStore(LocalImage image, Cancellation cancellation) throws JbuildException {
        Lease lease = store.lease();
        try {
            library.complete(image, TransferProgress.NONE, cancellation);
            return new ReadableImage(
                    image,
                    names(image),
                    new LayerReading(store, cancellation).layers(image, store.blobs()),
                    lease::close);
        } catch (JbuildException | RuntimeException e) {
            lease.close();
            throw e;
        }
    }

    private List<ImageReference> names(LocalImage image) throws JbuildException {
        return store.names().list().stream()
                .filter(entry -> entry.target().digest().equals(image.target().digest()))
                .flatMap(entry -> Names.parse(entry.name()).stream())
                .toList();
    }

    /** Up to a colon or an at sign the text is the path, unless all of it is one. */
    private Place place(String text) {
        if (Files.exists(directory.resolve(text))) {
            return new Place(directory.resolve(text), Optional.empty(), Optional.empty());
        }
        int at = text.indexOf('@');
        if (at >= 0) {
            try {
                Digest digest = Digest.parse(text.substring(at + 1));
                return new Place(directory.resolve(text.substring(0, at)), Optional.empty(), Optional.of(digest));
            } catch (IllegalArgumentException e) {
                // Then it belongs to the path.
            }
        }
        int colon = text.indexOf(':');
        return colon < 0
                ? new Place(directory.resolve(text), Optional.empty(), Optional.empty())
                : new Place(
                        directory.resolve(text.substring(0, colon)),
                        Optional.of(text.substring(colon + 1)),
                        Optional.empty());
    }

    private ReadableImage outside(ImageAddress address, Platform platform, Cancellation cancellation)
            throws JbuildException {
        Place place = place(address.place());
        OutsideFiles files = files(address, place);
        // Layers that the store has unpacked are read there.
        Lease lease = store.lease();
        Runnable closing = () -> {
            lease.close();
            files.close();
        };
        try {
            LocalImage image = image(target(files, place), platform, files, address.place());
            List<ReadableLayer> layers = new LayerReading(store, cancellation).layers(image, files);
            return new ReadableImage(image, List.of(), layers, closing);
        } catch (JbuildException | RuntimeException e) {
            closing.run();
            throw e;
        }
    }

    private static Descriptor target(OutsideFiles files, Place place) throws JbuildException {
        return files instanceof OutsideLayout
                ? new LayoutImages(place.path(), files).find(place.name(), place.digest())
                : ofArchive(files, place).target();
    }

    /**
     * Gives an image as one of the store, into which one from outside is copied, without a name. The caller holds a lease.
     *
     * @param platform which of an index's images is meant; the only one is it anyway
     * @throws UserError if there is none at this address, or it is damaged
     */
    public LocalImage take(ImageAddress address, Platform platform, Cancellation cancellation) throws JbuildException {
        if (address.transport() == Transport.ANY) {
            Optional<LocalImage> local = library.find(address.place(), platform);
            if (local.isPresent() || !Files.exists(place(address.place()).path())) {
                return (local.isPresent() ? local.get() : library.get(address.place(), platform)).alone();
            }
        }
        Place place = place(address.place());
        try (OutsideFiles files = files(address, place)) {
            LocalImage image = image(target(files, place), platform, files, address.place());
            for (Descriptor layer : image.manifest().layers()) {
                cancellation.throwIfCancelled();
                copy(layer, files);
            }
            copy(image.manifest().config(), files);
            copy(image.manifest().descriptor(), files);
            return image.alone();
        }
    }

    private void copy(Descriptor blob, OutsideFiles files) throws JbuildException {
        try (InputStream in = files.open(blob.digest())) {
            store.blobs().put(blob, in);
        } catch (RemoteError e) {
            throw new UserError("the image is damaged: " + e.what(), e);
        } catch (IOException e) {
            throw new EnvironmentError("blob " + blob.digest() + " can't be copied: " + e.getMessage(), e);
        }
    }

    private OutsideFiles files(ImageAddress address, Place place) throws UserError {
        if (address.place().equals("-")) {
            return OutsideArchive.spool("standard input", standardInput);
        }
        if (!Files.exists(place.path())) {
            throw new UserError("there is no archive or layout " + place.path());
        }
        boolean isDirectory = Files.isDirectory(place.path());
        if (isDirectory && address.transport() == Transport.ARCHIVE) {
            throw new UserError(place.path() + " is a directory, not an archive");
        }
        return isDirectory ? new OutsideLayout(place.path()) : OutsideArchive.open(place.path());
    }

    private static LocalImage image(Descriptor target, Platform platform, BlobSource blobs, String name)
            throws JbuildException {
        Documents documents = new Documents(blobs);
        Optional<LocalImage> chosen = documents.image(target, platform);
        if (chosen.isEmpty() && documents.manifests(target).size() == 1) {
            chosen = documents.anyImage(target);
        }
        return chosen.orElseThrow(() -> new UserError(name + " holds no image for " + platform));
    }

    private static ArchivedImage ofArchive(OutsideFiles files, Place place) throws JbuildException {
        List<ArchivedImage> images = new ArchiveContents(files).images();
        List<ArchivedImage> matching =
                images.stream().filter(image -> matches(image, place)).toList();
        if (matching.size() == 1) {
            return matching.get(0);
        }
        if (images.size() == 1 && place.name().isEmpty() && place.digest().isEmpty()) {
            return images.get(0);
        }
        List<String> names = images.stream()
                .flatMap(image -> image.names().stream())
                .map(ImageReference::familiar)
                .toList();
        String what = images.isEmpty() ? " holds no image" : " holds " + images.size() + " images";
        throw new UserError(
                place.path()
                        + what
                        + (place.name().isPresent()
                                ? ", none called " + place.name().get()
                                : ""),
                "name one of them after a colon: " + String.join(", ", names));
    }

    private static boolean matches(ArchivedImage image, Place place) {
        if (place.digest().isPresent()) {
            return image.target().digest().equals(place.digest().get());
        }
        if (place.name().isEmpty()) {
            return false;
        }
        String wanted = place.name().get();
        return image.names().stream()
                .anyMatch(name -> name.tag().equals(Optional.of(wanted))
                        || Names.parse(wanted).equals(Optional.of(name)));
    }
}
