package dev.jbuild.builds;

import dev.jbuild.builds.RecordedStep.Outcome;
import dev.jbuild.graph.Op;
import dev.jbuild.graph.Vertex;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The steps of a build as far as they are known, in the order in which they were heard of. */
final class DraftSteps {
    private final Map<String, DraftStep> steps = new LinkedHashMap<>();

    void planned(List<Vertex> vertices) {
        for (Vertex vertex : vertices) {
            DraftStep step = step(vertex);
            step.inputs = vertex.inputs().stream().map(Vertex::id).toList();
            step.line = vertex.source().map(source -> source.firstLine()).orElse(0);
            step.ignoreCache = vertex.ignoreCache();
            step.source = source(vertex.op());
        }
    }

    void skipped(String name, int line) {
        DraftStep step = step("skipped:" + line, name);
        step.line = line;
        step.outcome = Outcome.SKIPPED;
    }

    private static String source(Op op) {
        if (op instanceof Op.Image image) {
            return image.reference().familiarName() + "@" + image.manifest();
        }
        if (op instanceof Op.Context context) {
            return context.name().isEmpty() ? "build context" : "context " + context.name();
        }
        return op instanceof Op.Http http ? Op.Git.shown(http.url()) : "";
    }

    DraftStep step(Vertex vertex) {
        return step(vertex.id(), vertex.name());
    }

    DraftStep step(String vertex, String name) {
        return steps.computeIfAbsent(vertex, key -> new DraftStep(steps.size() + 1, vertex, name));
    }

    Optional<DraftStep> find(String vertex) {
        return Optional.ofNullable(steps.get(vertex));
    }

    List<RecordedStep> recorded() {
        return steps.values().stream().map(DraftStep::toStep).toList();
    }
}
