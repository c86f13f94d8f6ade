package dev.jbuild.cli;

import dev.jbuild.builds.BuildRecord;
import dev.jbuild.builds.RecordedStep;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.problem.UserError;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** The commands on builds that were, and what they have in common. */
final class BuildsCommands {
    private BuildsCommands() {}

    static CommandGroup group() {
        return new CommandGroup("Look at builds that were: ls, show, logs, diff, rm.")
                .with("ls", BuildsLsCommand::new)
                .with("show", BuildsShowCommand::new)
                .with("logs", BuildsLogsCommand::new)
                .with("diff", BuildsDiffCommand::new)
                .with("rm", BuildsRmCommand::new);
    }

    /** {@code done}. */
    static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    /** What was built, from the point of view of who asked for it. */
    static String title(BuildRecord build) {
        String file = build.request().buildfile();
        String target = build.request().target();
        return build.request().context()
                + (file.isEmpty() ? "" : " " + file)
                + (target.isEmpty() ? "" : " (" + target + ")");
    }

    static String duration(BuildRecord build) {
        Instant end = build.finishedAt().orElse(build.state() == BuildRecord.State.RUNNING ? Instant.now() : null);
        return end == null ? "" : Quantities.seconds(Duration.between(build.startedAt(), end));
    }

    /**
     * The steps that a user means: by number, by {@code :LINE} of the Buildfile, or by a part of the name.
     *
     * @throws UserError if there is none
     */
    static List<RecordedStep> steps(BuildRecord build, String wanted) throws JbuildException {
        String text = wanted.toLowerCase(Locale.ROOT);
        List<RecordedStep> found = build.steps().stream()
                .filter(step -> text.matches("#?\\d+")
                        ? step.number() == Integer.parseInt(text.replace("#", ""))
                        : text.matches(":\\d+")
                                ? step.line() == Integer.parseInt(text.substring(1))
                                : step.name().toLowerCase(Locale.ROOT).contains(text))
                .toList();
        if (found.isEmpty()) {
            throw new UserError(
                    "build " + build.id() + " has no step " + wanted,
                    "jbuild builds show " + build.id()
                            + " lists them; name one by its number, by :LINE, or by a part of it");
        }
        return found;
    }

    /** A step's name in one line, without control characters. */
    static String name(RecordedStep step) {
        return TerminalText.clean(PlainProgress.oneLine(step.name()));
    }

    /** Such as {@code 3 run, 2 cached}. */
    static String counts(BuildRecord build) {
        return List.of(RecordedStep.Outcome.values()).stream()
                .filter(outcome -> build.count(outcome) > 0)
                .map(outcome ->
                        build.count(outcome) + " " + (outcome == RecordedStep.Outcome.DONE ? "run" : word(outcome)))
                .collect(Collectors.joining(", "));
    }
}
