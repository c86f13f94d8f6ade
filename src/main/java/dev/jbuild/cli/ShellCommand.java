package dev.jbuild.cli;

import dev.jbuild.builds.BuildRecord;
import dev.jbuild.builds.RecordedStep;
import dev.jbuild.engine.Engine;
import dev.jbuild.engine.ShellRequest;
import dev.jbuild.problem.BuildCancelled;
import dev.jbuild.problem.ExitCode;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.problem.UsageError;
import dev.jbuild.problem.UserError;
import dev.jbuild.progress.Cancellation;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code jbuild shell}. */
@Command(
        name = "shell",
        description = "Open a shell, or run a command, where a step of a build ran: with its files, variables, user,"
                + " directory, network and mounts. What is changed there is dropped.")
final class ShellCommand implements JbuildCommand {
    @Option(names = "--before", description = "In the files that the step began with.")
    private boolean before;

    @Option(names = "--after", description = "In the files that the step gave; usual for one that succeeded.")
    private boolean after;

    @Option(
            names = "--failed",
            description =
                    "In the files of a step that failed, which build --on-failure=keep kept; usual where there are"
                            + " such.")
    private boolean failed;

    @Parameters(
            index = "0",
            paramLabel = "BUILD:STEP",
            description = "The beginning of a build's ID, or nothing for the latest, and the step: its number, :LINE of"
                    + " the Buildfile, or a part of its name; without one that which failed, or the last. A colon alone"
                    + " is that step of the latest build.")
    private String what = "";

    @Parameters(
            index = "1..*",
            arity = "0..*",
            paramLabel = "-- COMMAND",
            description = "Run this in place of a shell.")
    private List<String> command = new ArrayList<>();

    @Override
    public int run(Invocation invocation) throws JbuildException {
        Optional<ShellRequest.Files> files = files();
        Console console = invocation.console();
        boolean terminal = console.inputIsTerminal();
        Cancellation cancellation = new Cancellation();
        if (terminal) {
            Interrupt.isIgnored();
        } else {
            Interrupt.cancels(cancellation);
        }
        try (Engine engine = invocation.open()) {
            int colon = what.indexOf(':');
            BuildRecord build = engine.builds().find(colon < 0 ? what : what.substring(0, colon));
            String named = colon < 0 ? "" : what.substring(colon + 1);
            RecordedStep step = named.isEmpty() ? usual(build) : step(build, named);
            if (terminal && command.isEmpty()) {
                console.err().println("#" + step.number() + " " + BuildsCommands.name(step));
            }
            ShellRequest request = new ShellRequest(build, step, files, command, terminal, invocation.hostPlatform());
            return engine.shell(request, new PassedOutput(console), cancellation);
        } catch (JbuildException e) {
            // Other statuses are the command's.
            int status = new ProblemRenderer(console.err()).failure(e, invocation.globals().debug);
            return e instanceof BuildCancelled ? status : ExitCode.ENGINE;
        }
    }

    private Optional<ShellRequest.Files> files() throws UsageError {
        List<ShellRequest.Files> asked = new ArrayList<>();
        if (before) {
            asked.add(ShellRequest.Files.BEFORE);
        }
        if (after) {
            asked.add(ShellRequest.Files.AFTER);
        }
        if (failed) {
            asked.add(ShellRequest.Files.FAILED);
        }
        if (asked.size() > 1) {
            throw new UsageError("--before, --after and --failed exclude each other", "give one of them");
        }
        return asked.stream().findFirst();
    }

    private static RecordedStep usual(BuildRecord build) throws UserError {
        List<RecordedStep> steps = build.steps().stream()
                .filter(RecordedStep::isStep)
                .filter(step -> step.outcome() != RecordedStep.Outcome.SKIPPED)
                .toList();
        Optional<RecordedStep> failed = steps.stream()
                .filter(step -> step.outcome() == RecordedStep.Outcome.FAILED)
                .findFirst();
        if (failed.isEmpty() && steps.isEmpty()) {
            throw new UserError("build " + build.id() + " has no steps");
        }
        return failed.orElseGet(() -> steps.get(steps.size() - 1));
    }

    private static RecordedStep step(BuildRecord build, String wanted) throws JbuildException {
        List<RecordedStep> found = BuildsCommands.steps(build, wanted);
        if (found.size() > 1) {
            throw new UserError(
                    found.size() + " steps of build " + build.id() + " are called " + wanted,
                    "give the number of one, as jbuild builds show " + build.id() + " lists them");
        }
        return found.get(0);
    }
}
