package dev.jbuild.engine;

import dev.jbuild.buildfile.Buildfile;
import dev.jbuild.buildfile.IgnorePatterns;
import dev.jbuild.buildfile.LintReport;
import dev.jbuild.buildfile.Linter;
import dev.jbuild.buildfile.Scope;
import dev.jbuild.buildfile.Stage;
import dev.jbuild.engine.BuildRequest.NamedText;
import dev.jbuild.graph.GraphOptions;
import dev.jbuild.graph.PredefinedVariables;
import dev.jbuild.problem.JbuildException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** Checks the Buildfile of a build, once it is known what its bases are. */
final class FileCheck {
    private final BuildInputs inputs;
    private final GraphOptions options;
    private final RememberedBases bases;

    FileCheck(BuildInputs inputs, GraphOptions options, RememberedBases bases) {
        this.inputs = inputs;
        this.options = options;
        this.bases = bases;
    }

    /** @param buildfile absent where the file could not be parsed */
    LintReport run(Optional<Buildfile> buildfile, Scope scope) {
        NamedText file = inputs.buildfile();
        byte[] bytes = file.text().getBytes(StandardCharsets.UTF_8);
        return Linter.check(file.name(), bytes, surroundings(buildfile), scope);
    }

    BuildSurroundings surroundings(Optional<Buildfile> buildfile) {
        return new BuildSurroundings(
                options, PredefinedVariables.arguments(options, lastStage(buildfile)), ignorePatterns(), bases);
    }

    private static String lastStage(Optional<Buildfile> buildfile) {
        List<Stage> stages = buildfile.map(Buildfile::stages).orElse(List.of());
        return stages.isEmpty() ? "" : stages.get(stages.size() - 1).name().orElse("");
    }

    /** An ignore file that can't be read fails the build where the context is opened. */
    private Optional<IgnorePatterns> ignorePatterns() {
        try {
            IgnorePatterns patterns = inputs.ignore().patterns();
            return patterns.isEmpty() ? Optional.empty() : Optional.of(patterns);
        } catch (JbuildException e) {
            return Optional.empty();
        }
    }
}
