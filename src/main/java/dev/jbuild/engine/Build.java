package dev.jbuild.engine;

import dev.jbuild.buildfile.Linter;
import dev.jbuild.builds.BuildRecorder;
import dev.jbuild.builds.BuildRecords;
import dev.jbuild.context.SourceTree;
import dev.jbuild.context.StatIndexes;
import dev.jbuild.engine.BuildRequest.NamedText;
import dev.jbuild.graph.BuildGraph;
import dev.jbuild.graph.BuildPlan;
import dev.jbuild.graph.GraphOptions;
import dev.jbuild.graph.Vertex;
import dev.jbuild.image.BuiltImage;
import dev.jbuild.image.BuiltImages;
import dev.jbuild.image.Finish;
import dev.jbuild.image.ImageAssembler;
import dev.jbuild.image.ImageAssembler.StepOutcome;
import dev.jbuild.image.ImageLibrary;
import dev.jbuild.oci.Platform;
import dev.jbuild.oci.RawJson;
import dev.jbuild.problem.EnvironmentError;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.progress.Cancellation;
import dev.jbuild.progress.EventSink;
import dev.jbuild.sandbox.Emulation;
import dev.jbuild.sandbox.cdi.HostDevices;
import dev.jbuild.snapshot.LayerStack;
import dev.jbuild.solver.StepResult;
import dev.jbuild.store.Lease;
import dev.jbuild.store.Store;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The story of one build. */
final class Build {
    private final Equipment equipment;

    Build(Equipment equipment) {
        this.equipment = equipment;
    }

    /** Builds, and records what came of it. */
    BuildResult run(BuildRequest request, EventSink events, Cancellation cancellation) throws JbuildException {
        BuildRecords records = new BuildRecords(equipment.store().builds());
        try (BuildRecorder recorder = BuildRecorder.start(
                records, equipment.store().journal(), RequestWords.of(request), events, equipment.clock())) {
            try {
                BuildResult result = build(request, recorder, cancellation);
                recorder.succeeded(result.imageId());
                return result;
            } catch (JbuildException | RuntimeException | Error e) {
                recorder.failed(e);
                throw e;
            }
        }
    }

    private BuildResult build(BuildRequest request, BuildRecorder events, Cancellation cancellation)
            throws JbuildException {
        Store store = equipment.store();
        ImageLibrary images = equipment.images();
        InstantSource clock = equipment.clock();
        Workshop workshop = new Workshop(equipment, request, events, events, cancellation);
        Lease lease = store.lease();
        Instant began = clock.instant();
        try {
            DefinitionStep definition = new DefinitionStep(events, clock);
            ContextLoader loader = new ContextLoader(workshop, request);
            BuildInputs inputs = definition.read(request, () -> loader);
            TargetPlatforms targets = TargetPlatforms.of(request);
            Deliveries deliveries = Deliveries.of(request, targets);
            SourceTimes times = new SourceTimes(() -> loader, inputs.contextSource());
            NamedContexts named = new NamedContexts(equipment, request, targets.index(), times, events, cancellation);
            CheckedPlan checked =
                    new CheckedPlan(inputs, options(request, targets), targets.platforms(), named, definition);
            BuildPlan plan = checked.make();
            events.planned(plan.vertices());
            checked.unneeded(plan).forEach((line, name) -> events.skipped(name, line));
            IgnoreNews news = new IgnoreNews(events, clock, request.detailed());
            permit(plan, request, workshop.devices());
            try (BuildCaches caches = BuildCaches.open(request.caches(), equipment, events, cancellation)) {
                Map<Vertex, StepResult> results;
                try (StatIndexes indexes = indexes(equipment, request.contextSettings())) {
                    results = solve(
                            plan,
                            workshop,
                            named.trees(inputs.context(indexes), indexes),
                            caches,
                            news,
                            deliveries.look() || request.finish().squashing() != Finish.Squashing.NONE);
                }
                costs(inputs, request, definition, began).run(plan, results);
                BuiltImages built = assemble(plan, targets, results, request);
                BuildResult delivered =
                        deliveries.deliver(built, request.hostPlatform(), store, images, events, clock, cancellation);
                caches.export(plan, results);
                return delivered;
            }
        } finally {
            workshop.limits().afterBuild();
            lease.close();
        }
    }

    private static LayerCostCheck costs(
            BuildInputs inputs, BuildRequest request, DefinitionStep definition, Instant began) throws JbuildException {
        NamedText file = inputs.buildfile();
        byte[] bytes = file.text().getBytes(StandardCharsets.UTF_8);
        return new LayerCostCheck(definition, file, Linter.options(bytes, request.buildArgs()), began);
    }

    /** What is known of the files of contexts. */
    static StatIndexes indexes(Equipment equipment, ContextSettings settings) {
        Path directory = equipment.store().contexts();
        return settings.verify()
                ? StatIndexes.renewing(directory, equipment.clock())
                : StatIndexes.in(directory, equipment.clock());
    }

    private static Map<Vertex, StepResult> solve(
            BuildPlan plan,
            Workshop workshop,
            Map<String, SourceTree> contexts,
            BuildCaches caches,
            IgnoreNews news,
            boolean looking)
            throws JbuildException {
        try {
            return workshop.solve(plan, contexts, caches, looking);
        } finally {
            news.tell(contexts);
        }
    }

    /** Refuses what may not or can't be done, before anything runs. */
    static void permit(BuildPlan plan, BuildRequest request, HostDevices devices) throws JbuildException {
        boolean local = request.context() instanceof ContextSource.Directory;
        request.sourcePolicy().check(plan.vertices(), local);
        Entitlement.check(plan.vertices(), request.steps(), devices);
        refuseForeign(plan, request.hostPlatform());
    }

    /** Refuses processes that can't run here. */
    private static void refuseForeign(BuildPlan plan, Platform host) throws EnvironmentError {
        Emulation emulation = new Emulation(Emulation.KERNEL, host);
        for (Vertex vertex : plan.vertices()) {
            Optional<Emulation.Obstacle> obstacle =
                    Optional.ofNullable(plan.processes().get(vertex)).flatMap(emulation::obstacle);
            if (obstacle.isPresent()) {
                throw new EnvironmentError(
                        obstacle.get().what(),
                        vertex.source().orElse(null),
                        obstacle.get().hints(),
                        null);
            }
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
                request.noCacheFilter(),
                request.overrides());
    }

    private BuiltImages assemble(
            BuildPlan plan, TargetPlatforms targets, Map<Vertex, StepResult> results, BuildRequest request)
            throws JbuildException {
        ImageAssembler assembler = new ImageAssembler(equipment.store());
        List<BuiltImage> built = new ArrayList<>();
        for (BuildGraph graph : plan.graphs()) {
            Optional<RawJson> cache =
                    request.caches().inline() ? Optional.of(BuildCaches.carried(graph, results)) : Optional.empty();
            built.add(assembler.assemble(
                    graph, rootOf(graph, results), outcomes(graph, results), request.finish(), cache));
        }
        return targets.index() ? BuiltImages.indexed(built, equipment.store()) : BuiltImages.of(built.get(0));
    }

    static LayerStack rootOf(BuildGraph graph, Map<Vertex, StepResult> results) {
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
