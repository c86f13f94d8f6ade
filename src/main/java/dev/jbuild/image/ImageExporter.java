package dev.jbuild.image;

import dev.jbuild.oci.Descriptor;
import dev.jbuild.oci.ImageReference;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.progress.Cancellation;
import dev.jbuild.store.Store;
import java.io.OutputStream;
import java.util.List;

/** Writes images to archives, OCI layout directories, and root file systems to directories and tars. */
public final class ImageExporter {
    private final Store store;

    public ImageExporter(Store store) {
        this.store = store;
    }

    /** An image and the names to write it with; none is allowed. */
    public record Export(LocalImage image, List<ImageReference> names) {
        public Export {
            names = List.copyOf(names);
        }
    }

    /**
     * Writes the images: one for {@code local} and {@code tar}, any number for {@code oci} and {@code docker}. A file
     * or directory appears only when whole.
     *
     * @param stream where {@code dest=-} goes; not closed
     * @return the manifests as written, which differ from the store's when layers were compressed by the way
     */
    public List<Descriptor> export(
            List<Export> images,
            ExportOptions options,
            OutputStream stream,
            TransferProgress progress,
            Cancellation cancellation)
            throws JbuildException {
        throw new UnsupportedOperationException(images.toString() + options + stream + progress + store);
    }
}
