package dev.jbuild.engine;

import dev.jbuild.builds.BuildRecords;
import dev.jbuild.builds.DraftBuild;
import dev.jbuild.engine.Forecast.State;
import dev.jbuild.graph.BuildPlan;
import dev.jbuild.graph.Op;
import dev.jbuild.graph.Vertex;
import dev.jbuild.oci.DiffId;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.problem.UserError;
import dev.jbuild.progress.BuildEvent;
import dev.jbuild.progress.Cancellation;
import dev.jbuild.progress.EventSink;
import dev.jbuild.snapshot.PackedLayers;
import dev.jbuild.solver.ForeseenStep;
import dev.jbuild.store.LayerStore.StoredLayer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The story of a build up to where its first step would be solved. Nothing is got from elsewhere, nothing is run, and nothing
 * changes in the store.
 */
final class Forecaster {
    private final Equipment equipment;
    private final EventSink events;

    Forecaster(Equipment equipment, EventSink events) {
        this.equipment = equipment;
        this.events = events;
    }

    Forecast forecast(BuildRequest request, Cancellation cancellation) throws JbuildException {
        DraftBuild draft = new DraftBuild(
                new BuildRecords(equipment.store().builds()),
                equipment.store().journal(),
                RequestWords.of(request),
                equipment.clock().instant());
        DefinitionStep definition = new DefinitionStep(events, equipment.clock());
        BuildInputs inputs = definition.read(request, Forecaster::refuse);
        TargetPlatforms targets = TargetPlatforms.of(request);
        SourceTimes times = new SourceTimes(Forecaster::refuse, inputs.contextSource());
        StoredContexts named = new StoredContexts(equipment, request, targets.index(), times, events, cancellation);
        CheckedPlan checked =
                new CheckedPlan(inputs, Build.options(request, targets), targets.platforms(), named, definition);
        BuildPlan plan = checked.make();
        Workshop workshop = new Workshop(equipment, request, events, draft, cancellation);
        Build.permit(plan, request, workshop.devices());
        draft.planned(plan.vertices());
        Map<Integer, String> unneeded = checked.unneeded(plan);
        unneeded.forEach((line, name) -> draft.skipped(name, line));
        // Never closed, which would write what is new.
        var indexes = Build.indexes(equipment, request.contextSettings());
        List<ForeseenStep> foreseen =
                workshop.foresee(plan, named::layers, named.trees(inputs.context(indexes), indexes));
        tell(request);
        return forecast(foreseen, named, draft, unneeded);
    }

    private static ContextLoader refuse() throws UserError {
        throw new UserError(
                "a plan gets nothing from other machines and unpacks nothing, so the context and the Buildfile must be here",
                "give a directory as the context");
    }

    private void tell(BuildRequest request) {
        if (request.pull()) {
            notice("registries weren't asked for newer images: the plan is for those that are in the store");
        }
        if (!request.caches().from().isEmpty()) {
            notice("other caches weren't asked: steps whose results they have need not run");
        }
    }

    private void notice(String text) {
        events.accept(new BuildEvent.Notice(text, List.of(), equipment.clock().instant()));
    }

    private Forecast forecast(
            List<ForeseenStep> foreseen, StoredContexts named, DraftBuild draft, Map<Integer, String> unneeded)
            throws JbuildException {
        List<Forecast.Step> steps = new ArrayList<>();
        Map<String, Duration> waits = new HashMap<>();
        for (ForeseenStep each : foreseen) {
            Forecast.Step step = step(each, named, draft);
            steps.add(step);
            if (step.state() == State.RUN || step.state() == State.UNKNOWN) {
                step.time().ifPresent(time -> waits.put(step.id(), time));
            }
        }
        unneeded.forEach((line, name) -> steps.add(new Forecast.Step(
                "skipped:" + line,
                name,
                line,
                List.of(),
                true,
                State.SKIPPED,
                List.of(),
                Optional.empty(),
                OptionalLong.empty(),
                "")));
        return new Forecast(steps, draft.criticalPath(waits));
    }

    private Forecast.Step step(ForeseenStep foreseen, StoredContexts named, DraftBuild draft) throws JbuildException {
        Vertex vertex = foreseen.vertex();
        State state = State.valueOf(foreseen.state().name());
        Optional<Duration> time = foreseen.cost();
        Optional<StoredLayer> layer = foreseen.layer();
        String build = "";
        boolean works = state == State.RUN || state == State.UNKNOWN;
        if (works) {
            Optional<DraftBuild.Past> past = draft.past(vertex);
            time = past.map(DraftBuild.Past::took);
            layer = past.isPresent() ? find(past.get().layer()) : Optional.empty();
            build = past.map(each -> each.build().id()).orElse("");
        }
        return new Forecast.Step(
                vertex.id(),
                name(vertex, named),
                vertex.source().map(source -> source.firstLine()).orElse(0),
                vertex.inputs().stream().map(Vertex::id).toList(),
                works || state == State.CACHED,
                state,
                reasons(foreseen, named, draft),
                time,
                layer.isPresent() ? OptionalLong.of(layer.get().summary().tarSize()) : OptionalLong.empty(),
                build);
    }

    private Optional<StoredLayer> find(String layer) throws JbuildException {
        return layer.isEmpty() ? Optional.empty() : new PackedLayers(equipment.store()).find(DiffId.parse(layer));
    }

    /** Without the digest that is none. */
    private static String name(Vertex vertex, StoredContexts named) {
        return named.isAbsent(vertex.op())
                ? vertex.name().replace("@" + ((Op.Image) vertex.op()).manifest(), "")
                : vertex.name();
    }

    private static String fetched(Op op, StoredContexts named) {
        if (op instanceof Op.Image) {
            return named.isAbsent(op) ? "it isn't in the store" : "it is in the store, but not unpacked yet";
        }
        return "whether it is as it was is asked when it is built";
    }

    private static List<String> reasons(ForeseenStep foreseen, StoredContexts named, DraftBuild draft)
            throws JbuildException {
        Vertex vertex = foreseen.vertex();
        return switch (foreseen.state()) {
            case PRESENT, CACHED -> List.of();
            case FETCH -> List.of(fetched(vertex.op(), named));
            case RUN -> draft.reason(vertex).causes();
            case UNKNOWN ->
                foreseen.waitsFor().stream()
                        .map(input -> "it waits for " + name(input, named))
                        .toList();
        };
    }
}
