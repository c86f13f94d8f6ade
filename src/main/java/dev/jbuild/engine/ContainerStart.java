package dev.jbuild.engine;

import dev.jbuild.containers.Container;
import dev.jbuild.containers.Containers;
import dev.jbuild.containers.SignalNumber;
import dev.jbuild.image.ImageLibrary;
import dev.jbuild.image.LocalImage;
import dev.jbuild.image.TransferProgress;
import dev.jbuild.problem.EnvironmentError;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.progress.Cancellation;
import dev.jbuild.sandbox.ContainerGroups;
import dev.jbuild.sandbox.ContainerReport.Running;
import dev.jbuild.sandbox.NativeSandbox;
import dev.jbuild.sandbox.Root;
import dev.jbuild.sandbox.RunResult;
import dev.jbuild.sandbox.RunSpec;
import dev.jbuild.sandbox.Sandbox;
import dev.jbuild.snapshot.LayerStack;
import dev.jbuild.snapshot.Squasher;
import dev.jbuild.store.Lease;
import dev.jbuild.store.Store;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;

/** Starts containers in the background. */
public final class ContainerStart {
    private static final int HOSTNAME_LENGTH = 12;

    private final Store store;
    private final ContainerRun runs;
    private final ImageLibrary images;
    private final Containers containers;
    private final NativeSandbox sandbox;

    ContainerStart(Store store, ContainerRun runs, ImageLibrary images, Containers containers, NativeSandbox sandbox) {
        this.store = store;
        this.runs = runs;
        this.images = images;
        this.containers = containers;
        this.sandbox = sandbox;
    }

    /** What came of it: a container and 0, or the status that stands for a command that can't be executed. */
    public record Started(Optional<Container> container, int status) {}

    Started start(StartRequest request, Sandbox.Output output, Cancellation cancellation) throws JbuildException {
        sandbox.expectNetwork(ContainerRun.network(request.run().network()));
        Lease lease = store.lease();
        try {
            LocalImage image = runs.image(request.run(), cancellation);
            LayerStack stack = images.unpack(image, TransferProgress.NONE, cancellation);
            Path directory = containers.make();
            boolean started = false;
            try {
                Started made = start(request, image, stack, directory, output);
                started = made.container().isPresent();
                return made;
            } finally {
                if (!started) {
                    Containers.discard(directory);
                }
            }
        } catch (IOException e) {
            throw new EnvironmentError("what was made of a container can't be deleted: " + e.getMessage(), e);
        } finally {
            lease.close();
        }
    }

    private Started start(
            StartRequest request, LocalImage image, LayerStack stack, Path directory, Sandbox.Output output)
            throws JbuildException {
        String id = String.valueOf(directory.getFileName());
        RunRequest run = request.run().hostname().isEmpty()
                ? request.run().withHostname(id.substring(0, HOSTNAME_LENGTH))
                : request.run();
        LayerStack mounted = new Squasher(store).mountable(stack);
        Root root = new Root(mounted.lowerDirectories(), directory.resolve("upper"), directory.resolve("work"));
        RunSpec spec = runs.spec(run, image.config().config(), stack, root);
        Container[] added = new Container[1];
        RunResult result = sandbox.background().start(spec, id, directory, request.remove(), output, groups -> {
            added[0] = containers.add(
                    request.name(),
                    image.alone().target(),
                    mounted.diffIds(),
                    name -> container(request, run, spec, image, directory, name, groups));
        });
        ContainerRun.tell(result, output);
        return result.startFailure().isEmpty()
                ? new Started(Optional.of(added[0]), 0)
                : new Started(Optional.empty(), result.status());
    }

    private static Container container(
            StartRequest request,
            RunRequest run,
            RunSpec spec,
            LocalImage image,
            Path directory,
            String name,
            ContainerGroups groups) {
        String wanted = image.config().config().stopSignal();
        return new Container(
                String.valueOf(directory.getFileName()),
                name,
                directory,
                run.image(),
                image.id().toString(),
                image.manifest().raw().digest().toString(),
                run.platform().toString(),
                Instant.now(),
                spec.args(),
                spec.env(),
                spec.cwd(),
                run.user().orElse(image.config().config().user()),
                spec.hostname(),
                spec.network().name().toLowerCase(Locale.ROOT),
                spec.terminal(),
                spec.interactive(),
                request.remove(),
                request.stopSignal().orElse(SignalNumber.of(wanted).orElse(SignalNumber.TERM)),
                groups,
                Containers.boot(),
                Running.ofThis());
    }
}
