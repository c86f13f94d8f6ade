package dev.jbuild.engine;

import dev.jbuild.buildfile.Buildfile;
import dev.jbuild.buildfile.LintReport;
import dev.jbuild.buildfile.Scope;
import dev.jbuild.graph.Bases;
import dev.jbuild.graph.BuildPlan;
import dev.jbuild.graph.GraphBuilder;
import dev.jbuild.graph.GraphOptions;
import dev.jbuild.oci.Platform;
import dev.jbuild.problem.JbuildException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Turns a Buildfile into graphs, and says what should be better about the file whether that works or not. */
final class CheckedPlan {
    private final BuildInputs inputs;
    private final GraphOptions options;
    private final List<Platform> platforms;
    private final RememberedBases bases;
    private final DefinitionStep definition;
    private Optional<Buildfile> buildfile = Optional.empty();

    CheckedPlan(
            BuildInputs inputs,
            GraphOptions options,
            List<Platform> platforms,
            Bases bases,
            DefinitionStep definition) {
        this.inputs = inputs;
        this.options = options;
        this.platforms = platforms;
        this.bases = new RememberedBases(bases);
        this.definition = definition;
    }

    /**
     * The graphs.
     *
     * @throws JbuildException if there can be none, or the file asks that warnings be errors and there are some
     */
    BuildPlan make() throws JbuildException {
        BuildPlan plan;
        try {
            Buildfile parsed = inputs.parse();
            buildfile = Optional.of(parsed);
            plan = GraphBuilder.plan(parsed, options, platforms, bases);
        } catch (JbuildException e) {
            warned();
            throw e;
        }
        LintReport report = warned();
        if (report.refusal().isPresent()) {
            throw report.refusal().get();
        }
        return plan;
    }

    /** The names of the instructions that would be steps if what is built needed their stages, by line. */
    Map<Integer, String> unneeded(BuildPlan plan) {
        return buildfile.map(parsed -> UnneededSteps.of(parsed, plan)).orElse(Map.of());
    }

    /** Warns once, whatever the number of platforms: as seen when building for the first. */
    private LintReport warned() {
        GraphOptions first = platforms.isEmpty() ? options : options.forPlatform(platforms.get(0));
        LintReport report = new FileCheck(inputs, first, bases).run(buildfile, Scope.of(options.target()));
        definition.warn(inputs.buildfile(), report.warnings());
        return report;
    }
}
