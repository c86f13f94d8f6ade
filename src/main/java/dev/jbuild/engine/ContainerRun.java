package dev.jbuild.engine;

import dev.jbuild.graph.PredefinedVariables;
import dev.jbuild.image.ImageLibrary;
import dev.jbuild.image.LocalImage;
import dev.jbuild.image.TransferProgress;
import dev.jbuild.oci.ContainerConfig;
import dev.jbuild.oci.ImageReference;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.problem.UserError;
import dev.jbuild.progress.Cancellation;
import dev.jbuild.sandbox.Mount;
import dev.jbuild.sandbox.NetworkMode;
import dev.jbuild.sandbox.Root;
import dev.jbuild.sandbox.RunResult;
import dev.jbuild.sandbox.RunSpec;
import dev.jbuild.sandbox.Sandbox;
import dev.jbuild.sandbox.cdi.DeviceGrants;
import dev.jbuild.sandbox.cdi.HostDevices;
import dev.jbuild.snapshot.LayerStack;
import dev.jbuild.snapshot.Squasher;
import dev.jbuild.solver.StackTree;
import dev.jbuild.solver.UserLookup;
import dev.jbuild.store.LayerStore.WorkArea;
import dev.jbuild.store.Lease;
import dev.jbuild.store.Store;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Runs one process in a container made from an image. */
final class ContainerRun {
    /** Where the program is that reaps, in a directory that images have no part in. */
    private static final String INIT = "/dev/init";

    private final Store store;
    private final ImageLibrary images;
    private final Sandbox sandbox;
    private final EngineSettings settings;

    ContainerRun(Store store, ImageLibrary images, Sandbox sandbox, EngineSettings settings) {
        this.settings = settings;
        this.store = store;
        this.images = images;
        this.sandbox = sandbox;
    }

    int run(RunRequest request, Sandbox.Output output, Cancellation cancellation) throws JbuildException {
        sandbox.expectNetwork(network(request.network()));
        Lease lease = store.lease();
        try (WorkArea area = store.layers().workArea()) {
            LocalImage image = image(request, cancellation);
            LayerStack stack = images.unpack(image, TransferProgress.NONE, cancellation);
            LayerStack mounted = new Squasher(store).mountable(stack);
            Root root = new Root(mounted.lowerDirectories(), area.upper(), area.work());
            RunSpec spec = spec(request, image.config().config(), stack, root);
            RunResult result = sandbox.run(spec, output, cancellation);
            tell(result, output);
            return result.status();
        } finally {
            lease.close();
        }
    }

    static void tell(RunResult result, Sandbox.Output output) {
        if (!result.startFailure().isEmpty()) {
            byte[] why = ("ERROR: " + result.startFailure() + "\n").getBytes(StandardCharsets.UTF_8);
            output.stderr(why, why.length);
        }
    }

    /** The image that is asked for, pulled if it isn't here. */
    LocalImage image(RunRequest request, Cancellation cancellation) throws JbuildException {
        Optional<LocalImage> local = images.find(request.image(), request.platform());
        if (local.isPresent()) {
            return local.get();
        }
        ImageReference reference;
        try {
            reference = ImageReference.parse(request.image());
        } catch (IllegalArgumentException e) {
            throw new UserError(
                    "\"" + request.image() + "\" is neither an image's name nor an ID: " + e.getMessage(), e);
        }
        return images.pull(reference, request.platform(), TransferProgress.NONE, cancellation);
    }

    RunSpec spec(RunRequest request, ContainerConfig config, LayerStack stack, Root root) throws JbuildException {
        UserLookup.User user = UserLookup.find(request.user().orElse(config.user()), new StackTree(stack));
        String cwd = request.cwd().orElse(config.workingDir());
        List<String> args = new ArrayList<>(arguments(request, config));
        List<Mount> mounts = new ArrayList<>(request.mounts());
        if (request.init()) {
            args.addAll(0, List.of(INIT, "init"));
            mounts.add(new Mount.Bind(settings.sandboxProgram(), INIT, true));
        }
        RunSpec spec = new RunSpec(
                root.writable(!request.readOnly()),
                args,
                environment(request, config, user.home()),
                cwd.isEmpty() ? "/" : cwd,
                user.uid(),
                user.gid(),
                user.groups(),
                network(request.network()),
                request.hostname(),
                mounts,
                ExtraHosts.lines(request.addHosts(), network(request.network())),
                request.terminal(),
                request.interactive(),
                request.confinement(),
                request.nameServers());
        return new HostDevices(settings.deviceDirectories(), DeviceGrants.NONE, request.devices())
                .give(List.of())
                .to(spec);
    }

    private static List<String> arguments(RunRequest request, ContainerConfig config) throws UserError {
        List<String> args =
                new ArrayList<>(request.entrypoint().or(config::entrypoint).orElse(List.of()));
        if (!request.command().isEmpty()) {
            args.addAll(request.command());
        } else if (request.entrypoint().isEmpty()) {
            // As docker has it: another entrypoint doesn't get the arguments that were meant for the image's.
            args.addAll(config.cmd().orElse(List.of()));
        }
        if (args.isEmpty()) {
            throw new UserError(
                    "the image " + request.image() + " says no command to run",
                    "give one: jbuild run --rm " + request.image() + " COMMAND");
        }
        return args;
    }

    private static List<String> environment(RunRequest request, ContainerConfig config, String home) {
        ContainerConfig.Builder merged = new ContainerConfig.Builder();
        merged.env("PATH", PredefinedVariables.PATH);
        merged.env("HOSTNAME", request.hostname());
        if (request.terminal()) {
            merged.env("TERM", "xterm");
        }
        merged.env("HOME", home);
        config.env().forEach(entry -> put(merged, entry));
        request.env().forEach(entry -> put(merged, entry));
        return merged.build().env();
    }

    static void put(ContainerConfig.Builder env, String entry) {
        int equals = entry.indexOf('=');
        if (equals > 0) {
            env.env(entry.substring(0, equals), entry.substring(equals + 1));
        }
    }

    /** The network a command line asks for by name. */
    static NetworkMode network(String name) throws UserError {
        return switch (name) {
            case "", "default" -> NetworkMode.DEFAULT;
            case "none" -> NetworkMode.NONE;
            case "host" -> NetworkMode.HOST;
            case "private" -> NetworkMode.PRIVATE;
            case "bridge" -> NetworkMode.BRIDGE;
            default ->
                throw new UserError(
                        "the network mode \"" + name + "\" is not supported",
                        "use --network=default, private, bridge, host or none");
        };
    }
}
