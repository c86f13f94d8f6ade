package dev.jbuild.cli;

import dev.jbuild.builds.BuildRecord;
import dev.jbuild.builds.BuildRecords;
import dev.jbuild.builds.RecordedStep;
import dev.jbuild.problem.JbuildException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Parameters;

/** Which build is meant, and which of its steps. */
final class BuildStepArguments {
    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "BUILD",
            description = "The beginning of a build's ID; the latest without one.")
    private String build = "";

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "STEP",
            description = "One step alone: its number, :LINE of the Buildfile, or a part of its name.")
    private @Nullable String step;

    BuildRecord build(BuildRecords records) throws JbuildException {
        return records.find(build);
    }

    /** The steps of the build that were named; nothing if all are meant. */
    Optional<List<RecordedStep>> named(BuildRecord record) throws JbuildException {
        return step == null ? Optional.empty() : Optional.of(BuildsCommands.steps(record, step));
    }
}
