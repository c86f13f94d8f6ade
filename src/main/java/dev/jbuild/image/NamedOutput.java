package dev.jbuild.image;

import dev.jbuild.layer.Compression;
import dev.jbuild.oci.Descriptor;
import dev.jbuild.oci.ImageReference;
import dev.jbuild.oci.Platform;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.progress.Cancellation;
import dev.jbuild.store.Lease;
import dev.jbuild.store.Store;
import java.util.List;
import java.util.Optional;

/** The outputs {@code image} and {@code registry}: names in the store, and pushes to registries. */
@SuppressWarnings("try") // a lease is held, not used
public final class NamedOutput {
    private final Store store;
    private final ImageLibrary library;
    private final Platform host;

    /**
     * @param host what this machine runs: the image that stands for an index where one has to
     */
    public NamedOutput(Store store, ImageLibrary library, Platform host) {
        this.store = store;
        this.library = library;
        this.host = host;
    }

    /**
     * What became of a result.
     *
     * @param descriptor of the registry's manifest, if it was pushed, else of the store's
     */
    public record Delivered(BuiltImages result, Descriptor descriptor, List<ImageReference> names) {}

    /**
     * Gives a result its names and pushes it, as the options say.
     *
     * @param others its names if the options give none
     */
    public Delivered deliver(
            BuiltImages result,
            ExportOptions options,
            List<ImageReference> others,
            TransferProgress progress,
            Cancellation cancellation)
            throws JbuildException {
        try (Lease lease = store.lease()) {
            BuiltImages formed = new ImageConversion(store, options.form(), cancellation).convert(result);
            ImageNaming naming = options.naming();
            List<ImageReference> names = naming.names(others, formed.target().digest());
            LocalImage image = formed.representative(host);
            if (naming.store()) {
                library.name(image, names);
            }
            Descriptor descriptor = formed.descriptor();
            if (naming.push()) {
                boolean keepPlain = options.form().compression().equals(Optional.of(Compression.NONE));
                for (ImageReference name : names) {
                    Descriptor pushed =
                            library.push(image, destination(name, naming), keepPlain, progress, cancellation);
                    descriptor = new Descriptor(
                            pushed.mediaType(),
                            pushed.digest(),
                            pushed.size(),
                            descriptor.annotations(),
                            descriptor.platform());
                }
            }
            return new Delivered(formed, descriptor, names);
        }
    }

    private static ImageReference destination(ImageReference name, ImageNaming naming) {
        boolean tagged = !naming.byDigest() && name.digest().isEmpty();
        return tagged ? name : new ImageReference(name.domain(), name.path(), Optional.empty(), Optional.empty());
    }
}
