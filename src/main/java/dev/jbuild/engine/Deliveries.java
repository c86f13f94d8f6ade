package dev.jbuild.engine;

import dev.jbuild.image.BuiltImages;
import dev.jbuild.image.ExportOptions;
import dev.jbuild.image.ImageExporter;
import dev.jbuild.image.ImageLibrary;
import dev.jbuild.image.NamedOutput;
import dev.jbuild.image.TransferProgress;
import dev.jbuild.oci.Descriptor;
import dev.jbuild.oci.Digest;
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
import java.util.Map;
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
        List<Platform> platforms =
                targets.platforms().isEmpty() ? List.of(request.hostPlatform()) : targets.platforms();
        List<ExportOptions> exports = new ArrayList<>();
        for (Output output : request.outputs()) {
            ExportOptions export = ExportOptions.parse(output.type(), output.attributes());
            export.check(platforms, targets.index());
            if (export.push() && export.names().isEmpty() && request.tags().isEmpty()) {
                throw new UsageError("there is no name to push the image by", "give one with -t NAME");
            }
            exports.add(export);
        }
        return new Deliveries(request.tags(), exports, request.stream());
    }

    /** Whether an output takes more than the documents of the result, and what a registry lacks of it. */
    boolean look() {
        return exports.stream().anyMatch(export -> export.type() != ExportOptions.Type.IMAGE || !export.isKept());
    }

    /** What the build is told to have made, by the last output. */
    private record Outcome(Digest id, Descriptor descriptor, List<ImageReference> names) {}

    BuildResult deliver(
            BuiltImages result,
            Platform host,
            Store store,
            ImageLibrary images,
            EventSink events,
            InstantSource clock,
            Cancellation cancellation)
            throws JbuildException {
        NamedOutput named = new NamedOutput(store, images, host);
        Outcome outcome = new Outcome(result.id(), result.descriptor(), tags);
        boolean keptBelow = exports.stream().anyMatch(export -> export.type() == ExportOptions.Type.IMAGE);
        if (!keptBelow && (!tags.isEmpty() || exports.isEmpty())) {
            named.deliver(result, ExportOptions.parse("image", Map.of()), tags, TransferProgress.NONE, cancellation);
        }
        for (ExportOptions export : exports) {
            cancellation.throwIfCancelled();
            Reported report = new Reported(export, events, clock);
            outcome = report.run(progress -> export.type() == ExportOptions.Type.IMAGE
                    ? keep(named, result, export, progress, cancellation)
                    : write(result, export, store, progress, cancellation));
        }
        return new BuildResult(outcome.id(), outcome.descriptor(), outcome.names());
    }

    private Outcome keep(
            NamedOutput named,
            BuiltImages result,
            ExportOptions export,
            TransferProgress progress,
            Cancellation cancellation)
            throws JbuildException {
        NamedOutput.Delivered delivered = named.deliver(result, export, tags, progress, cancellation);
        return new Outcome(delivered.result().id(), delivered.descriptor(), delivered.names());
    }

    private Outcome write(
            BuiltImages result, ExportOptions export, Store store, TransferProgress progress, Cancellation cancellation)
            throws JbuildException {
        BuiltImages written = new ImageExporter(store)
                .export(List.of(new ImageExporter.Export(result, tags)), export, stream, progress, cancellation)
                .get(0);
        List<ImageReference> names = export.names().isEmpty() ? tags : export.names();
        return new Outcome(written.id(), written.descriptor(), names);
    }

    private interface Work {
        Outcome run(TransferProgress progress) throws JbuildException;
    }

    /** One export, told as a vertex. */
    private record Reported(ExportOptions export, EventSink events, InstantSource clock) {
        Outcome run(Work work) throws JbuildException {
            String vertex = "export " + System.identityHashCode(export);
            events.accept(new BuildEvent.VertexStarted(vertex, name(), List.of(), clock.instant()));
            try {
                Outcome result = work.run((item, current, total, done) -> events.accept(
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
