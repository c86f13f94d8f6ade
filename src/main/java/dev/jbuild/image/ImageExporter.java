package dev.jbuild.image;

import dev.jbuild.oci.Digest;
import dev.jbuild.oci.ImageReference;
import dev.jbuild.problem.EnvironmentError;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.problem.UsageError;
import dev.jbuild.progress.Cancellation;
import dev.jbuild.snapshot.LayerStack;
import dev.jbuild.store.Lease;
import dev.jbuild.store.Store;
import dev.jbuild.sys.RawPath;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Writes images to archives, OCI layout directories, and root file systems to directories and tars. */
@SuppressWarnings("try") // leases and registrations are held, not used
public final class ImageExporter {
    private final Store store;

    public ImageExporter(Store store) {
        this.store = store;
    }

    /** A result and the names to write it with; none is allowed. */
    public record Export(BuiltImages result, List<ImageReference> names) {
        public Export {
            names = List.copyOf(names);
        }

        /** One image, even where its name points to an index of several. */
        public Export(LocalImage image, List<ImageReference> names) {
            this(BuiltImages.of(image), names);
        }
    }

    /**
     * Writes the images: any number as {@code oci} or {@code docker}, or the root file systems of one result as
     * {@code local} or {@code tar}, each in a directory of its own if it is an index. A file appears only when whole.
     *
     * @param stream where {@code dest=-} goes; not closed
     * @return the images as written, in the form that the options ask for
     */
    public List<BuiltImages> export(
            List<Export> images,
            ExportOptions options,
            OutputStream stream,
            TransferProgress progress,
            Cancellation cancellation)
            throws JbuildException {
        if (options.type() == ExportOptions.Type.LOCAL || options.type() == ExportOptions.Type.TAR) {
            if (images.size() != 1) {
                throw new UsageError("only one image's files can be written to a place");
            }
            BuiltImages result = images.get(0).result();
            exportRoots(result, options, stream, progress, cancellation);
            return List.of(result);
        }
        try (Lease lease = store.lease()) {
            List<Export> formed = formed(images, options, cancellation);
            ImageArchive archive = new ImageArchive(store, formed, options, progress, cancellation);
            if (options.tar()) {
                toStream(options, stream, out -> {
                    try (Sink sink = new TarSink(out)) {
                        archive.write(sink);
                    }
                });
                return formed.stream().map(Export::result).toList();
            }
            Path directory = options.destination().orElseThrow(() -> new UsageError("a directory needs a dest="));
            try (Sink sink = new DirectorySink(directory)) {
                archive.mergeWith(directory.resolve("index.json"));
                archive.write(sink);
            } catch (IOException e) {
                throw failed(directory.toString(), e);
            }
            return formed.stream().map(Export::result).toList();
        }
    }

    private List<Export> formed(List<Export> images, ExportOptions options, Cancellation cancellation)
            throws JbuildException {
        ImageConversion conversion = new ImageConversion(store, options.form(), cancellation);
        List<Export> formed = new ArrayList<>();
        for (Export image : images) {
            BuiltImages result = conversion.convert(image.result());
            Digest digest = result.target().digest();
            formed.add(new Export(result, options.naming().names(image.names(), digest)));
        }
        return formed;
    }

    /** {@code local} makes a directory whose files belong to the caller, {@code tar} a tar with all owners. */
    private void exportRoots(
            BuiltImages result,
            ExportOptions options,
            OutputStream stream,
            TransferProgress progress,
            Cancellation cancellation)
            throws JbuildException {
        try (Lease lease = store.lease()) {
            List<RootFiles.Tree> trees = new ArrayList<>();
            boolean split = options.platformSplit().orElse(result.index().isPresent());
            for (BuiltImage image : result.images()) {
                RawPath under = split ? RawPath.of(image.directory()) : RawPath.ROOT;
                LayerStack root = root(image.image(), progress, cancellation);
                Optional<Instant> time = options.form().epoch().or(image.epoch());
                trees.add(new RootFiles.Tree(image.platform().toString(), under, root, time));
            }
            RootFiles files = new RootFiles(trees, cancellation);
            if (options.type() == ExportOptions.Type.TAR) {
                toStream(options, stream, files::writeTar);
                return;
            }
            Path directory = options.destination().orElseThrow(() -> new UsageError("a directory needs a dest="));
            try {
                files.writeDirectory(directory);
            } catch (IOException e) {
                throw failed(directory.toString(), e);
            }
        }
    }

    private LayerStack root(LocalImage image, TransferProgress progress, Cancellation cancellation)
            throws JbuildException {
        LayerFetcher fetcher = new LayerFetcher(store, Optional.empty(), progress, cancellation);
        return fetcher.unpackAll(image, () -> {});
    }

    private void toStream(ExportOptions options, OutputStream stream, LayerBlobs.Writing writing)
            throws JbuildException {
        if (options.destination().isPresent()) {
            toFile(options.destination().get(), writing);
            return;
        }
        try {
            OutputStream out = new BufferedOutputStream(stream, 128 * 1024);
            writing.to(out);
            out.flush();
        } catch (IOException e) {
            throw failed("standard output", e);
        }
    }

    private static void toFile(Path file, LayerBlobs.Writing writing) throws JbuildException {
        try {
            // Pipes and devices are written to as they are.
            if (Files.exists(file) && !Files.isRegularFile(file)) {
                if (Files.isDirectory(file)) {
                    throw new UsageError("dest=" + file + " is a directory, but the output is one file");
                }
                write(file, writing);
                return;
            }
            try (PartFile part = PartFile.of(file)) {
                write(part.path(), writing);
                part.complete();
            }
        } catch (IOException e) {
            throw failed(file.toString(), e);
        }
    }

    private static void write(Path file, LayerBlobs.Writing writing) throws IOException, JbuildException {
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file), 128 * 1024)) {
            writing.to(out);
        }
    }

    private static JbuildException failed(String destination, IOException e) {
        String hint = String.valueOf(e.getMessage()).contains("No space left")
                ? "free some space there and try again"
                : "check that " + destination + " can be written to";
        return new EnvironmentError("the output to " + destination + " failed: " + e.getMessage(), e, hint);
    }
}
