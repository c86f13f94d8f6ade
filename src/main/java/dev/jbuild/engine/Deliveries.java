package dev.jbuild.engine;

import dev.jbuild.image.BuiltImages;
import dev.jbuild.image.ExportOptions;
import dev.jbuild.image.ImageExporter;
import dev.jbuild.image.ImageLibrary;
import dev.jbuild.image.LocalImage;
import dev.jbuild.image.TransferProgress;
import dev.jbuild.oci.Descriptor;
import dev.jbuild.oci.ImageReference;
import dev.jbuild.oci.Platform;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.problem.UsageError;
import dev.jbuild.progress.BuildEvent;
import dev.jbuild.progress.Cancellation;
import dev.jbuild.progress.EventSink;
import dev.jbuild.store.Store;
import java.io.OutputStream;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Where the result of a build goes: names in the store, archives, directories, registries. */
final class Deliveries {
    private final List<ImageReference> tags;
    private final List<ExportOptions> exports;
    private final OutputStream stream;

    private Deliveries(List<ImageReference> tags, List<ExportOptions> exports, OutputStream stream) {
        this.tags = tags;
        this.exports = exports;
        this.stream = stream;
    }

    /**
     * Checks what was asked for, before any work is done.
     *
     * @throws UsageError if an output can't be meant so
     */
    static Deliveries of(BuildRequest request, TargetPlatforms targets) throws UsageError {
        List<ExportOptions> exports = new ArrayList<>();
        for (Output output : request.outputs()) {
            exports.add(ExportOptions.parse(output.type(), output.attributes()));
        }
        Deliveries deliveries = new Deliveries(request.tags(), exports, request.stream());
        for (ExportOptions export : exports) {
            if (targets.index() && export.type() == ExportOptions.Type.DOCKER) {
                throw new UsageError(
                        "an archive for docker holds one image, not an index of several platforms",
                        "use --output type=oci, or build for one platform");
            }
            if (export.push() && deliveries.names(export).isEmpty()) {
                throw new UsageError("there is no name to push the image by", "give one with -t NAME");
            }
        }
        return deliveries;
    }

    private List<ImageReference> names(ExportOptions export) {
        return export.names().isEmpty() ? tags : export.names();
    }

    BuildResult deliver(
            BuiltImages result,
            Platform host,
            Store store,
            ImageLibrary images,
            EventSink events,
            InstantSource clock,
            Cancellation cancellation)
            throws JbuildException {
        Descriptor delivered = result.target();
        LocalImage image = result.representative(host);
        if (!tags.isEmpty() || exports.isEmpty()) {
            images.name(image, tags);
        }
        for (ExportOptions export : exports) {
            cancellation.throwIfCancelled();
            Reported report = new Reported(export, events, clock);
            delivered = report.run(progress -> export.type() == ExportOptions.Type.IMAGE
                    ? keep(image, export, images, progress, cancellation)
                    : write(result, export, store, progress, cancellation));
        }
        return new BuildResult(result.id(), delivered);
    }

    private Descriptor keep(
            LocalImage image,
            ExportOptions export,
            ImageLibrary images,
            TransferProgress progress,
            Cancellation cancellation)
            throws JbuildException {
        images.name(image, names(export));
        Descriptor kept = image.target();
        if (export.push()) {
            for (ImageReference name : names(export)) {
                kept = images.push(image, name, progress, cancellation);
            }
        }
        return kept;
    }

    private Descriptor write(
            BuiltImages result, ExportOptions export, Store store, TransferProgress progress, Cancellation cancellation)
            throws JbuildException {
        List<Descriptor> written = new ImageExporter(store)
                .export(
                        List.of(new ImageExporter.Export(result, names(export))),
                        export,
                        stream,
                        progress,
                        cancellation);
        return written.isEmpty() ? result.target() : written.get(0);
    }

    private interface Work {
        Descriptor run(TransferProgress progress) throws JbuildException;
    }

    /** One export, told as a vertex. */
    private record Reported(ExportOptions export, EventSink events, InstantSource clock) {
        Descriptor run(Work work) throws JbuildException {
            String vertex = "export " + System.identityHashCode(export);
            events.accept(new BuildEvent.VertexStarted(vertex, name(), List.of(), clock.instant()));
            try {
                Descriptor result = work.run((item, current, total, done) -> events.accept(
                        new BuildEvent.VertexTransfer(vertex, item, current, total, done, clock.instant())));
                events.accept(new BuildEvent.VertexFinished(
                        vertex, BuildEvent.Outcome.DONE, Optional.empty(), clock.instant()));
                return result;
            } catch (JbuildException e) {
                events.accept(new BuildEvent.VertexFinished(
                        vertex, BuildEvent.Outcome.FAILED, Optional.of(e.what()), clock.instant()));
                throw e;
            }
        }

        private String name() {
            return switch (export.type()) {
                case OCI -> "exporting to oci image format";
                case DOCKER -> "exporting to docker image format";
                case LOCAL -> "exporting to client directory";
                case TAR -> "exporting to client tarball";
                case IMAGE -> export.push() ? "pushing image" : "exporting to image";
            };
        }
    }
}
