package dev.jbuild.engine;

import dev.jbuild.buildfile.CheckOptions;
import dev.jbuild.buildfile.SourceRange;
import dev.jbuild.engine.BuildRequest.NamedText;
import dev.jbuild.graph.BuildGraph;
import dev.jbuild.graph.BuildPlan;
import dev.jbuild.graph.Vertex;
import dev.jbuild.inspect.LayerCost;
import dev.jbuild.inspect.LayerCosts;
import dev.jbuild.layer.LayerIndex;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.snapshot.LayerStack;
import dev.jbuild.solver.StepResult;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Warns of steps whose layers cost an image more than they need: of those that this build has run, for cached ones were
 * spoken of before, and of those in the result, for what other stages throw away costs nothing.
 */
final class LayerCostCheck {
    private final DefinitionStep definition;
    private final NamedText file;
    private final CheckOptions options;
    private final Instant began;

    LayerCostCheck(DefinitionStep definition, NamedText file, CheckOptions options, Instant began) {
        this.definition = definition;
        this.file = file;
        this.options = options;
        this.began = began;
    }

    void run(BuildPlan plan, Map<Vertex, StepResult> results) throws JbuildException {
        if (options.skipAll()) {
            return;
        }
        for (BuildGraph graph : plan.graphs()) {
            run(graph, results);
        }
    }

    private void run(BuildGraph graph, Map<Vertex, StepResult> results) throws JbuildException {
        Map<Integer, Vertex> makers = new HashMap<>();
        for (BuildGraph.Step step : graph.history()) {
            Optional<Vertex> vertex = step.vertex();
            if (vertex.isPresent() && results.get(vertex.get()) instanceof StepResult.Root root && root.madeLayer()) {
                int place = root.stack().layers().size() - 1;
                makers.put(place, vertex.get());
                if (root.created().filter(time -> !time.isBefore(began)).isPresent()) {
                    check(vertex.get(), root.stack(), place, makers);
                }
            }
        }
    }

    private void check(Vertex vertex, LayerStack stack, int place, Map<Integer, Vertex> makers) throws JbuildException {
        LayerIndex layer = stack.layers().get(place).index();
        if (LayerCosts.isSuspect(layer)) {
            LayerStack below = new LayerStack(stack.layers().subList(0, place));
            for (LayerCost cost : LayerCosts.of(layer, below.view())) {
                if (!options.skip().contains(cost.rule().title())) {
                    warn(vertex, cost, makers);
                }
            }
        }
    }

    private void warn(Vertex vertex, LayerCost cost, Map<Integer, Vertex> makers) {
        int first = vertex.source().map(source -> source.firstLine()).orElse(0);
        int last = vertex.source().map(source -> source.lastLine()).orElse(0);
        definition.warn(
                file,
                cost.rule().title() + ": " + text(cost, makers) + (first > 0 ? " (line " + first + ")" : ""),
                cost.rule().description(),
                "",
                new SourceRange(first, last));
    }

    private static String text(LayerCost cost, Map<Integer, Vertex> makers) {
        String files = String.format(
                Locale.ROOT,
                "%s (%.1f MB)",
                cost.files() == 1 ? "1 file" : cost.files() + " files",
                cost.bytes() / 1e6);
        return switch (cost.rule()) {
            case METADATA_ONLY_REWRITE ->
                files + " of " + places(cost, makers) + " stored again for their owners or modes";
            case UNCHANGED_REWRITE -> files + " of " + places(cost, makers) + " stored again unchanged";
            case DELETED_IN_LATER_LAYER -> files + " of " + places(cost, makers) + " deleted, but still in the image";
            case PACKAGE_CACHE_KEPT -> files + " of a package manager's cache kept";
        };
    }

    /** The steps that have the files too, as {@code line 3 and the base image}. */
    private static String places(LayerCost cost, Map<Integer, Vertex> makers) {
        Set<String> names = new LinkedHashSet<>();
        List<Integer> places = cost.places().stream().sorted().toList();
        for (int place : places) {
            names.add(Optional.ofNullable(makers.get(place))
                    .flatMap(Vertex::source)
                    .map(source -> "line " + source.firstLine())
                    .orElse("the base image"));
        }
        return String.join(", ", names);
    }
}
