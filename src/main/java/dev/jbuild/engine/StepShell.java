package dev.jbuild.engine;

import com.fasterxml.jackson.databind.JsonNode;
import dev.jbuild.builds.BuildRecords;
import dev.jbuild.builds.RecordedStep;
import dev.jbuild.builds.StepScene;
import dev.jbuild.graph.PredefinedVariables;
import dev.jbuild.image.ImageLibrary;
import dev.jbuild.image.LocalImage;
import dev.jbuild.image.TransferProgress;
import dev.jbuild.oci.ContainerConfig;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.problem.UserError;
import dev.jbuild.progress.Cancellation;
import dev.jbuild.sandbox.Confinement;
import dev.jbuild.sandbox.Mount;
import dev.jbuild.sandbox.NameServers;
import dev.jbuild.sandbox.NetworkMode;
import dev.jbuild.sandbox.Root;
import dev.jbuild.sandbox.RunResult;
import dev.jbuild.sandbox.RunSpec;
import dev.jbuild.sandbox.Sandbox;
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
import java.util.Locale;
import java.util.Optional;
import java.util.stream.StreamSupport;

/**
 * Runs a process in the surroundings of a step of an earlier build: its files, variables, user, directory, network and mounts.
 * All that it writes is dropped, to its caches and to directories of this machine too.
 */
final class StepShell {
    private static final String SHELL = "/bin/sh";

    private final Store store;
    private final ImageLibrary images;
    private final Sandbox sandbox;

    StepShell(Store store, ImageLibrary images, Sandbox sandbox) {
        this.store = store;
        this.images = images;
        this.sandbox = sandbox;
    }

    /** What a step's process has. */
    private record Setting(
            List<String> args,
            List<String> env,
            String cwd,
            String user,
            NetworkMode network,
            String hostname,
            boolean insecure) {}

    int run(ShellRequest request, Sandbox.Output output, Cancellation cancellation) throws JbuildException {
        Lease lease = store.lease();
        try (WorkArea area = store.layers().workArea();
                SceneMounts mounts = new SceneMounts(store)) {
            RecordedStep step = request.step();
            Optional<StepScene> scene = new BuildRecords(store.builds()).scene(request.build(), step);
            RecordedStacks stacks = new RecordedStacks(store, images, request.build(), cancellation);
            LayerStack root = root(request, scene.orElse(StepScene.EMPTY), stacks, cancellation);
            Setting setting = setting(step, stacks);
            root.fetch();
            mounts.add(scene.orElse(StepScene.EMPTY).mounts(), output::notice);
            if (scene.isEmpty() && !step.keyed().path("mounts").isEmpty()) {
                output.notice("nothing tells what was mounted in the step, as its result came from elsewhere");
            }
            List<String> hosts = scene.orElse(StepScene.EMPTY).hosts();
            LayerStack mounted = new Squasher(store).mountable(root);
            Root tree = new Root(mounted.lowerDirectories(), area.upper(), area.work());
            UserLookup.User user = UserLookup.find(setting.user(), new StackTree(root));
            RunResult result =
                    sandbox.run(spec(request, setting, tree, user, mounts.made(), hosts), output, cancellation);
            if (!result.startFailure().isEmpty()) {
                byte[] why = ("ERROR: " + result.startFailure() + "\n").getBytes(StandardCharsets.UTF_8);
                output.stderr(why, why.length);
            }
            return result.status();
        } finally {
            lease.close();
        }
    }

    private LayerStack root(ShellRequest request, StepScene scene, RecordedStacks stacks, Cancellation cancellation)
            throws JbuildException {
        RecordedStep step = request.step();
        return switch (files(request, scene)) {
            case BEFORE -> {
                if (!step.source().isEmpty()) {
                    throw new UserError("before #" + step.number() + " " + step.name() + " there is nothing");
                }
                yield stacks.before(step);
            }
            case AFTER -> {
                if (!step.isSolved()
                        || (step.content().isEmpty() && stacks.image(step).isEmpty())) {
                    throw new UserError(
                            "#" + step.number() + " " + step.name() + " gave no files: it is "
                                    + step.outcome().name().toLowerCase(Locale.ROOT),
                            "--before opens what it began with");
                }
                yield stacks.after(step);
            }
            case FAILED -> kept(request, scene, cancellation);
        };
    }

    private static ShellRequest.Files files(ShellRequest request, StepScene scene) {
        if (request.files().isPresent()) {
            return request.files().get();
        }
        if (request.step().isSolved()) {
            return ShellRequest.Files.AFTER;
        }
        return scene.kept().isEmpty() ? ShellRequest.Files.BEFORE : ShellRequest.Files.FAILED;
    }

    private LayerStack kept(ShellRequest request, StepScene scene, Cancellation cancellation) throws JbuildException {
        RecordedStep step = request.step();
        String what = "#" + step.number() + " " + step.name();
        if (step.outcome() != RecordedStep.Outcome.FAILED) {
            throw new UserError(what + " did not fail", "--after opens what it gave, --before what it began with");
        }
        if (scene.kept().isEmpty()) {
            throw new UserError(
                    "the files of " + what + " were not kept when it had failed",
                    "build again with --on-failure=keep; --before opens what the step began with");
        }
        Optional<LocalImage> image = images.find(scene.kept(), request.platform());
        if (image.isEmpty()) {
            throw new UserError(
                    "the files of " + what + ", kept as the image " + scene.kept() + ", were removed since",
                    "build again with --on-failure=keep");
        }
        return images.unpack(image.get(), TransferProgress.NONE, cancellation);
    }

    /** That of a step which runs nothing is what its base image says. */
    private static Setting setting(RecordedStep step, RecordedStacks stacks) throws JbuildException {
        JsonNode json = step.keyed();
        if (json.has("args")) {
            return new Setting(
                    strings(json.path("args")),
                    strings(json.path("env")),
                    json.path("cwd").asText("/"),
                    json.path("user").asText(""),
                    NetworkMode.valueOf(json.path("network").asText("DEFAULT")),
                    json.path("hostname").asText(Workshop.SANDBOX_HOSTNAME),
                    json.path("security").asText().equals("insecure"));
        }
        ContainerConfig config =
                stacks.base(step).map(image -> image.config().config()).orElse(ContainerConfig.EMPTY);
        return new Setting(
                List.of(),
                config.env(),
                config.workingDir().isEmpty() ? "/" : config.workingDir(),
                config.user(),
                NetworkMode.DEFAULT,
                Workshop.SANDBOX_HOSTNAME,
                false);
    }

    private static List<String> strings(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false)
                .map(JsonNode::asText)
                .toList();
    }

    private static RunSpec spec(
            ShellRequest request,
            Setting setting,
            Root root,
            UserLookup.User user,
            List<Mount> mounts,
            List<String> hosts) {
        return new RunSpec(
                root,
                request.command().isEmpty() ? List.of(shell(setting.args())) : request.command(),
                environment(setting.env(), user.home(), request.terminal()),
                setting.cwd(),
                user.uid(),
                user.gid(),
                user.groups(),
                setting.network(),
                setting.hostname(),
                mounts,
                hosts,
                request.terminal(),
                true,
                setting.insecure() ? Confinement.DEFAULT.asInsecure() : Confinement.DEFAULT,
                NameServers.OF_HOST);
    }

    /** The one that the step itself ran in, if it did. */
    private static String shell(List<String> args) {
        return args.size() == 3 && args.get(1).equals("-c") ? args.get(0) : SHELL;
    }

    private static List<String> environment(List<String> env, String home, boolean terminal) {
        List<String> all = new ArrayList<>(env);
        putIfAbsent(all, "PATH", PredefinedVariables.PATH);
        putIfAbsent(all, "HOME", home);
        if (terminal) {
            putIfAbsent(all, "TERM", "xterm");
        }
        return all;
    }

    private static void putIfAbsent(List<String> env, String name, String value) {
        if (env.stream().noneMatch(entry -> entry.startsWith(name + "="))) {
            env.add(name + "=" + value);
        }
    }
}
