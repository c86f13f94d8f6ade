package dev.jbuild.solver;

import dev.jbuild.cache.CacheKey;
import dev.jbuild.graph.Op;
import dev.jbuild.graph.Vertex;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.problem.SourceExcerpt;
import dev.jbuild.problem.StepFailed;
import dev.jbuild.progress.Cancellation;
import dev.jbuild.sandbox.NetworkMode;
import dev.jbuild.sandbox.Root;
import dev.jbuild.sandbox.RunResult;
import dev.jbuild.sandbox.RunSpec;
import dev.jbuild.snapshot.LayerStack;
import dev.jbuild.store.LayerStore.StoredLayer;
import dev.jbuild.store.LayerStore.WorkArea;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** RUN: one process upon the root file system; what it changed is the layer. */
final class RunStep implements BuildSteps.LayerStep {
    private final Vertex vertex;
    private final Op.Run op;
    private final LayerStack base;
    private final StepTools tools;
    private final RunMounts mounts;

    RunStep(Vertex vertex, Op.Run op, List<StepResult> inputs, StepTools tools) {
        this.vertex = vertex;
        this.op = op;
        this.tools = tools;
        this.base = op.hasBase() ? ((StepResult.Root) inputs.get(0)).stack() : LayerStack.EMPTY;
        this.mounts = new RunMounts(op.mounts(), inputs, tools);
    }

    @Override
    public CacheKey key(Cancellation cancellation) throws JbuildException {
        return CacheKey.of("run", 1)
                .add("root", StepResult.Root.contentDigest(base).toString())
                .add("args", op.args())
                .add("env", op.env())
                .add("cwd", op.cwd())
                .add("user", op.user())
                .add("network", network().toString())
                .add("hostname", tools.defaults().hostname())
                .add("hosts", tools.defaults().addHosts())
                .add("mounts", mounts.keys())
                .build();
    }

    private NetworkMode network() {
        return switch (op.network()) {
            case DEFAULT -> tools.defaults().network();
            case NONE -> NetworkMode.NONE;
            case HOST -> NetworkMode.HOST;
        };
    }

    @Override
    public Optional<StoredLayer> run(StepEvents events, Cancellation cancellation) throws JbuildException {
        try (WorkArea area = tools.store().layers().workArea();
                RunMounts.Prepared prepared = mounts.prepare(cancellation)) {
            RunSpec spec = spec(area, prepared);
            RunResult result = tools.sandbox().run(spec, events, cancellation);
            if (result.status() != 0) {
                throw failure(result, events);
            }
            return Optional.of(tools.capture(area, base));
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
        return new RunSpec(
                new Root(base.lowerDirectories(), area.upper(), area.work()),
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
                false);
    }

    private StepFailed failure(RunResult result, StepEvents events) {
        String command = String.join(" ", op.args());
        String how = result.startFailure().isEmpty() ? "exit code: " + result.status() : result.startFailure();
        List<String> hints = new ArrayList<>();
        explain(result).ifPresent(hints::add);
        return new StepFailed(
                "process \"" + command + "\" did not complete successfully: " + how,
                result.status(),
                events.tail().lines(),
                excerpt(),
                hints);
    }

    private @Nullable SourceExcerpt excerpt() {
        return vertex.source().orElse(null);
    }

    private Optional<String> explain(RunResult result) {
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
            return Optional.of("this step had no network; allow it with RUN --network=host or build --network=host");
        }
        return Optional.empty();
    }

    private boolean mentionsNetwork() {
        return op.args().stream()
                .anyMatch(arg -> arg.matches("(?s).*\\b(apt|apt-get|apk|dnf|yum|pip|npm|curl|wget|git)\\b.*"));
    }
}
