package dev.jbuild.solver;

import dev.jbuild.builds.FileListing;
import dev.jbuild.builds.SceneMount;
import dev.jbuild.builds.StepScene;
import dev.jbuild.cache.CacheKey;
import dev.jbuild.fs.IdMap;
import dev.jbuild.fs.MissingIds;
import dev.jbuild.graph.Op;
import dev.jbuild.graph.Vertex;
import dev.jbuild.oci.Digest;
import dev.jbuild.problem.BuildCancelled;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.problem.SourceExcerpt;
import dev.jbuild.problem.StepFailed;
import dev.jbuild.problem.UserError;
import dev.jbuild.progress.Cancellation;
import dev.jbuild.progress.EventSink;
import dev.jbuild.sandbox.Capabilities;
import dev.jbuild.sandbox.Confinement;
import dev.jbuild.sandbox.Limits;
import dev.jbuild.sandbox.NetworkMode;
import dev.jbuild.sandbox.Root;
import dev.jbuild.sandbox.RunResult;
import dev.jbuild.sandbox.RunSpec;
import dev.jbuild.sandbox.cdi.GivenDevices;
import dev.jbuild.snapshot.LayerStack;
import dev.jbuild.snapshot.Squasher;
import dev.jbuild.store.LayerStore.StoredLayer;
import dev.jbuild.store.LayerStore.WorkArea;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** RUN: one process upon the root file system; what it changed is the layer. */
final class RunStep implements BuildSteps.LayerStep {
    /** What timeout(1) ends with. */
    private static final int TIMED_OUT = 124;

    private static final long MEBIBYTE = 1 << 20;
    private static final List<String> SHELL = List.of("/bin/sh");
    private static final String TERM = "TERM=xterm";

    private final Vertex vertex;
    private final Op.Run op;
    private final LayerStack base;
    private final StepTools tools;
    private final RunMounts mounts;
    private StepScene scene = StepScene.EMPTY;

    RunStep(Vertex vertex, Op.Run op, List<StepResult> inputs, StepTools tools) {
        this.vertex = vertex;
        this.op = op;
        this.tools = tools;
        this.base = op.hasBase() ? ((StepResult.Root) inputs.get(0)).stack() : LayerStack.EMPTY;
        this.mounts = new RunMounts(op.mounts(), inputs, vertex.ignoreCache(), tools);
    }

    @Override
    public CacheKey key(Cancellation cancellation) throws JbuildException {
        CacheKey.Builder key = CacheKey.of("run", 2)
                .add("root", StepResult.Root.contentDigest(base).toString())
                .add("args", op.args())
                .add("env", op.env())
                .add("cwd", op.cwd())
                .add("user", op.user())
                .add("network", asked().toString())
                .add("hostname", tools.defaults().hostname())
                .add("hosts", names(tools.defaults().addHosts()))
                .add("security", op.insecure() ? "insecure" : "sandbox")
                .add("limits", visibleLimits())
                .add("platform", op.platform().map(Object::toString).orElse(""))
                .add("mounts", mounts.keys());
        GivenDevices devices = devices();
        if (!devices.isEmpty()) {
            key.add("devices", devices.keys());
        }
        if (tools.defaults().countTimes()) {
            key.add("times", times().toString());
        }
        return key.build();
    }

    private GivenDevices devices() throws UserError {
        return tools.defaults().devices().give(op.devices());
    }

    /** Of the files that the step sees; those of caches are none of its key. */
    private Digest times() throws JbuildException {
        List<String> seen = new ArrayList<>(mounts.times());
        base.diffIds().forEach(layer -> seen.add(layer.toString()));
        return Digest.sha256(String.join("\n", seen).getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public FileListing files() {
        return mounts::files;
    }

    @Override
    public StepScene scene() {
        return scene;
    }

    @Override
    public boolean isAsKeyed() {
        return mounts.isAsKeyed();
    }

    /** Not which one the default turns out to be: that is up to this machine. */
    private NetworkMode asked() {
        return switch (network()) {
            case DEFAULT, PRIVATE, BRIDGE -> NetworkMode.DEFAULT;
            case NONE -> NetworkMode.NONE;
            case HOST -> NetworkMode.HOST;
        };
    }

    private NetworkMode network() {
        return switch (op.network()) {
            case DEFAULT -> tools.defaults().network();
            case NONE -> NetworkMode.NONE;
            case HOST -> NetworkMode.HOST;
        };
    }

    /** As BuildKit has it, a host's address doesn't count. */
    private static List<String> names(List<String> hosts) {
        return hosts.stream()
                .map(line -> line.substring(line.indexOf('\t') + 1))
                .toList();
    }

    /** Limits that a process can see and steer by; those that only slow it down or end it make no other result. */
    private List<String> visibleLimits() {
        Confinement confinement = tools.defaults().confinement();
        List<String> limits = new ArrayList<>();
        confinement.sharedMemory().ifPresent(bytes -> limits.add("shm " + bytes));
        confinement.rlimits().forEach(limit -> limits.add(limit.toString()));
        if (!confinement.capabilities().equals(Capabilities.DEFAULT)) {
            limits.add(confinement.capabilities().toString());
        }
        return limits;
    }

    @Override
    public Optional<StoredLayer> run(StepEvents events, Cancellation cancellation) throws JbuildException {
        for (int attempt = 1; ; attempt++) {
            boolean last = attempt > op.limits().retries();
            try {
                return Optional.of(attempt(events, last, cancellation));
            } catch (StepFailed failure) {
                if (last) {
                    throw failure;
                }
                events.say("attempt %d of %d failed, trying again: %s"
                        .formatted(attempt, op.limits().retries() + 1, failure.what()));
            }
        }
    }

    @SuppressWarnings("try") // the watch watches
    private StoredLayer attempt(StepEvents events, boolean last, Cancellation cancellation) throws JbuildException {
        base.fetch();
        try (WorkArea area = tools.store().layers().workArea();
                RunMounts.Prepared prepared = mounts.prepare(cancellation);
                Timeout timeout = Timeout.of(op.limits().timeout(), cancellation);
                StallWatch watch = StallWatch.of(events, tools.defaults().patience())) {
            RunSpec spec = spec(area, prepared);
            note(devices(), prepared.scene(), events);
            scene = new StepScene(prepared.scene(), tools.defaults().addHosts(), "");
            try {
                process(spec, timeout, events);
            } catch (StepFailed failure) {
                throw last ? afterwards(failure, area, spec) : failure;
            }
            return tools.capture(area, base, events::say);
        }
    }

    private static void note(GivenDevices devices, List<SceneMount> scene, StepEvents events) {
        devices.absent().forEach(name -> events.say("optional device \"" + name + "\" is not registered"));
        devices.places().forEach((place, what) -> scene.add(new SceneMount.Unkept(place, what)));
    }

    private void process(RunSpec spec, Timeout timeout, StepEvents events) throws JbuildException {
        RunResult result = runUntil(timeout, spec, events);
        events.used(result.usage());
        if (result.status() != 0) {
            throw failure(result, events);
        }
    }

    /** Does with the files of the step what is to be done before they go, and says so. */
    private StepFailed afterwards(StepFailed failure, WorkArea area, RunSpec spec) {
        OnFailure wanted = tools.defaults().onFailure();
        FailedFiles files = new FailedFiles(base, area, op.cwd());
        List<String> said = new ArrayList<>(files.collect(wanted.collections()));
        wanted.terminal().ifPresent(terminal -> said.addAll(lookAround(terminal, failure, spec)));
        if (wanted.keep()) {
            said.addAll(files.keep(tools, op, image -> scene = scene.keptAs(image)));
        }
        return said.isEmpty() ? failure : failure.with(said);
    }

    /** Says what went wrong with the shell. */
    private List<String> lookAround(OnFailure.Terminal terminal, StepFailed failure, RunSpec spec) {
        List<String> said = new ArrayList<>();
        String reason = vertex.name() + ": " + failure.what() + "\nA shell in its files; the build ends with it.";
        try {
            terminal.lend(reason, () -> shell(spec).ifPresent(said::add));
        } catch (JbuildException e) {
            said.add("no shell could be opened: " + e.what());
        }
        return said;
    }

    /** Neither the time limit of the step nor the failure of another one ends it. */
    private Optional<String> shell(RunSpec spec) throws JbuildException {
        try (WorkArea other = tools.store().layers().workArea()) {
            RunResult result = tools.sandbox()
                    .run(
                            spec.inTerminal(SHELL, TERM, other.work()),
                            new StepEvents(vertex, EventSink.NONE, Instant::now),
                            new Cancellation());
            return result.startFailure().isEmpty()
                    ? Optional.empty()
                    : Optional.of("no shell could be opened: " + result.startFailure());
        }
    }

    private RunResult runUntil(Timeout timeout, RunSpec spec, StepEvents events) throws JbuildException {
        try {
            return tools.sandbox().run(spec, events, timeout.cancellation());
        } catch (BuildCancelled e) {
            if (!timeout.isOver()) {
                throw e;
            }
            throw new StepFailed(
                    "process \"" + String.join(" ", op.args()) + "\" timed out after "
                            + Timeout.words(op.limits().timeout().orElseThrow()),
                    TIMED_OUT,
                    events.tail().lines(),
                    excerpt(),
                    List.of("all processes of the step were killed; RUN --timeout says how long it may take"));
        }
    }

    private RunSpec spec(WorkArea area, RunMounts.Prepared prepared) throws JbuildException {
        UserLookup.User user = UserLookup.find(op.user(), new StackTree(base));
        List<String> env = new ArrayList<>(op.env());
        env.addAll(op.secretEnv());
        env.addAll(prepared.env());
        if (env.stream().noneMatch(entry -> entry.startsWith("HOME="))) {
            env.add("HOME=" + user.home());
        }
        LayerStack mounted = new Squasher(tools.store()).mountable(base);
        RunSpec spec = new RunSpec(
                new Root(mounted.lowerDirectories(), area.upper(), area.work()),
                op.args(),
                env,
                op.cwd(),
                user.uid(),
                user.gid(),
                user.groups(),
                network(),
                tools.defaults().hostname(),
                prepared.mounts(),
                tools.defaults().addHosts(),
                false,
                false,
                confinement(),
                tools.defaults().nameServers());
        return devices().to(spec);
    }

    private Confinement confinement() {
        Confinement confinement = tools.defaults().confinement();
        Limits limits = confinement.limits();
        if (op.limits().memory().isPresent()) {
            limits = limits.withMemory(op.limits().memory().getAsLong());
        }
        if (op.limits().cpus().isPresent()) {
            limits = limits.withCpus(op.limits().cpus().getAsLong());
        }
        Confinement limited = confinement.withLimits(limits);
        return op.insecure() ? limited.asInsecure() : limited;
    }

    private StepFailed failure(RunResult result, StepEvents events) {
        String command = String.join(" ", op.args());
        String how = result.startFailure().isEmpty() ? "exit code: " + result.status() : result.startFailure();
        if (result.outOfMemoryKills() > 0) {
            how += ": out of memory" + memory(result);
        }
        List<String> hints = new ArrayList<>();
        explain(result).ifPresent(hints::add);
        hintOfSpace(tools.store().root()).ifPresent(hints::add);
        hintOfOwners(events.tail().lines()).ifPresent(hints::add);
        return new StepFailed(
                "process \"" + command + "\" did not complete successfully: " + how,
                result.status(),
                events.tail().lines(),
                excerpt(),
                hints);
    }

    /** What a command says of a full disk is seldom clear. */
    private static Optional<String> hintOfSpace(Path store) {
        try {
            return Files.getFileStore(store).getUsableSpace() > MEBIBYTE
                    ? Optional.empty()
                    : Optional.of("the file system of the store at " + store
                            + " is full: free some space, or let `jbuild prune` delete what nothing uses");
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private String memory(RunResult result) {
        OptionalLong limit = confinement().limits().memory();
        String peak = "peak " + size(result.usage().peakMemoryBytes());
        return limit.isEmpty() ? " (" + peak + ")" : " (limit " + size(limit.getAsLong()) + ", " + peak + ")";
    }

    private static String size(long bytes) {
        return bytes % MEBIBYTE == 0
                ? bytes / MEBIBYTE + " MiB"
                : String.format(Locale.ROOT, "%.1f MiB", (double) bytes / MEBIBYTE);
    }

    private @Nullable SourceExcerpt excerpt() {
        return vertex.source().orElse(null);
    }

    private Optional<String> explain(RunResult result) {
        if (result.outOfMemoryKills() > 0) {
            return Optional.of("the kernel killed %d of its processes when the step had reached its limit of memory"
                    .formatted(result.outOfMemoryKills()));
        }
        if (result.signal() == 9) {
            return Optional.of("the process was killed by signal 9: often the kernel, when memory ran out");
        }
        if (result.signal() != 0) {
            return Optional.of("the process was killed by signal " + result.signal());
        }
        if (!result.startFailure().isEmpty() && base.layers().isEmpty()) {
            return Optional.of("the stage begins FROM scratch, so there is no program in it, not even a shell");
        }
        if (network() == NetworkMode.NONE && mentionsNetwork()) {
            return Optional.of("this step had no network, as --network=none has it");
        }
        return Optional.empty();
    }

    /** Programs only print the kernel's words for an owner that the user namespace doesn't have. */
    private static Optional<String> hintOfOwners(List<String> output) {
        boolean told = output.stream()
                .anyMatch(line -> line.contains("Invalid argument") || line.contains("Operation not permitted"));
        try {
            return told && IdMap.users().count() == 1
                    ? Optional.of("there is only one user here, so nothing can be given to another one: "
                            + MissingIds.REMEDY + " (jbuild doctor says more)")
                    : Optional.empty();
        } catch (IOException e) {
            return Optional.empty(); // without /proc there is no namespace of this kind
        }
    }

    private boolean mentionsNetwork() {
        return op.args().stream()
                .anyMatch(arg -> arg.matches("(?s).*\\b(apt|apt-get|apk|dnf|yum|pip|npm|curl|wget|git)\\b.*"));
    }
}
