package dev.jbuild.engine;

import dev.jbuild.context.BuildSecrets;
import dev.jbuild.context.git.GitSource;
import dev.jbuild.context.http.HttpSource;
import dev.jbuild.graph.BuildGraph;
import dev.jbuild.graph.BuildPlan;
import dev.jbuild.graph.GraphOptions;
import dev.jbuild.graph.Op;
import dev.jbuild.graph.Vertex;
import dev.jbuild.image.BuiltImage;
import dev.jbuild.image.BuiltImages;
import dev.jbuild.image.ImageAssembler;
import dev.jbuild.image.ImageAssembler.StepOutcome;
import dev.jbuild.image.ImageLibrary;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.progress.Cancellation;
import dev.jbuild.progress.EventSink;
import dev.jbuild.sandbox.Sandbox;
import dev.jbuild.snapshot.LayerStack;
import dev.jbuild.solver.BuildSteps;
import dev.jbuild.solver.Remotes;
import dev.jbuild.solver.RunDefaults;
import dev.jbuild.solver.Solver;
import dev.jbuild.solver.StepResult;
import dev.jbuild.solver.StepRunners;
import dev.jbuild.solver.StepTools;
import dev.jbuild.store.Lease;
import dev.jbuild.store.Store;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The story of one build. */
final class Build {
    /** Steps mostly wait for processes, so more than there are processors run at once. */
    private static final int DEFAULT_JOBS = 16;

    private final EngineSettings settings;
    private final Store store;
    private final ImageLibrary images;
    private final Sandbox sandbox;
    private final InstantSource clock;

    Build(EngineSettings settings, Store store, ImageLibrary images, Sandbox sandbox, InstantSource clock) {
        this.settings = settings;
        this.store = store;
        this.images = images;
        this.sandbox = sandbox;
        this.clock = clock;
    }

    BuildResult run(BuildRequest request, EventSink events, Cancellation cancellation) throws JbuildException {
        Lease lease = store.lease();
        try {
            DefinitionStep definition = new DefinitionStep(events, clock);
            BuildInputs inputs = definition.read(request);
            TargetPlatforms targets = TargetPlatforms.of(request);
            Deliveries deliveries = Deliveries.of(request, targets);
            NamedContexts named =
                    new NamedContexts(request, targets.index(), store, images, events, clock, cancellation);
            BuildPlan plan =
                    new CheckedPlan(inputs, options(request, targets), targets.platforms(), named, definition).make();
            Map<Vertex, StepResult> results = solve(request, plan, inputs, named, events, cancellation);
            BuiltImages built = assemble(plan, targets, results);
            return deliveries.deliver(built, request.hostPlatform(), store, images, events, clock, cancellation);
        } finally {
            lease.close();
        }
    }

    static GraphOptions options(BuildRequest request, TargetPlatforms targets) {
        return new GraphOptions(
                request.target(),
                request.buildArgs(),
                request.labels(),
                Optional.empty(),
                request.hostPlatform(),
                targets.index(),
                request.noCache(),
                request.noCacheFilter());
    }

    private Map<Vertex, StepResult> solve(
            BuildRequest request,
            BuildPlan plan,
            BuildInputs inputs,
            NamedContexts named,
            EventSink events,
            Cancellation cancellation)
            throws JbuildException {
        RunDefaults defaults = inputs.runDefaults();
        BuildSecrets secrets = new HeldSecrets(defaults.secrets());
        HttpSource http = new HttpSource(store, settings.proxies(), secrets);
        GitSource git = new GitSource(store.root().resolve("git"), settings.git(), secrets);
        StepTools tools = new StepTools(store, sandbox, defaults, new Remotes(store.blobs(), http, git));
        BuildSteps.Images unpack = (Op.Image image, BuildSteps.Progress progress, Cancellation stop) ->
                images.unpack(images.read(image.manifest()), progress::transferred, stop);
        BuildSteps steps =
                new BuildSteps(store, new StepRunners(tools), unpack, named.trees(inputs.context()), events, clock);
        int jobs = request.jobs() > 0 ? request.jobs() : DEFAULT_JOBS;
        return new Solver(steps, jobs).solve(plan.vertices(), cancellation);
    }

    private BuiltImages assemble(BuildPlan plan, TargetPlatforms targets, Map<Vertex, StepResult> results)
            throws JbuildException {
        ImageAssembler assembler = new ImageAssembler(store);
        List<BuiltImage> built = new ArrayList<>();
        for (BuildGraph graph : plan.graphs()) {
            built.add(assembler.assemble(graph, rootOf(graph, results), outcomes(graph, results)));
        }
        return targets.index() ? BuiltImages.indexed(built, store) : BuiltImages.of(built.get(0));
    }

    private static LayerStack rootOf(BuildGraph graph, Map<Vertex, StepResult> results) {
        return graph.root()
                .map(results::get)
                .map(result -> ((StepResult.Root) result).stack())
                .orElse(LayerStack.EMPTY);
    }

    private static List<StepOutcome> outcomes(BuildGraph graph, Map<Vertex, StepResult> results) {
        return graph.history().stream()
                .map(step -> step.vertex().map(results::get))
                .map(result -> result.map(Build::outcome).orElse(StepOutcome.METADATA))
                .toList();
    }

    private static StepOutcome outcome(StepResult result) {
        return result instanceof StepResult.Root root
                ? new StepOutcome(root.madeLayer(), root.created())
                : new StepOutcome(false, Optional.empty());
    }
}
