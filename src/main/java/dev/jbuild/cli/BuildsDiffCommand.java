package dev.jbuild.cli;

import dev.jbuild.builds.BuildRecord;
import dev.jbuild.builds.MissReasons;
import dev.jbuild.builds.RecordedStep;
import dev.jbuild.engine.Engine;
import dev.jbuild.problem.ExitCode;
import dev.jbuild.problem.JbuildException;
import java.io.PrintStream;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code jbuild builds diff}. */
@Command(name = "diff", description = "Show in what the steps of two builds differ.")
final class BuildsDiffCommand implements JbuildCommand {
    @Parameters(index = "0", paramLabel = "BEFORE", description = "The beginning of a build's ID.")
    private String before = "";

    @Parameters(index = "1", arity = "0..1", paramLabel = "AFTER", description = "Likewise; the latest without one.")
    private String after = "";

    @Override
    public int run(Invocation invocation) throws JbuildException {
        PrintStream out = invocation.console().out();
        try (Engine engine = invocation.open()) {
            BuildRecord old = engine.builds().find(before);
            BuildRecord now = engine.builds().find(after);
            MissReasons reasons =
                    new MissReasons(engine.builds(), engine.store().journal());
            Set<RecordedStep> matched = new HashSet<>();
            for (RecordedStep step : now.steps()) {
                if (!step.key().isEmpty()) {
                    print(old, now, step, reasons, matched, out);
                }
            }
            for (RecordedStep step : old.steps()) {
                if (!step.key().isEmpty() && !matched.contains(step)) {
                    out.println("- " + BuildsCommands.name(step));
                }
            }
            if (!old.image().equals(now.image())) {
                out.println("image: " + shown(old.image()) + " → " + shown(now.image()));
            }
        }
        return ExitCode.OK;
    }

    private static void print(
            BuildRecord old,
            BuildRecord now,
            RecordedStep step,
            MissReasons reasons,
            Set<RecordedStep> matched,
            PrintStream out) {
        Optional<RecordedStep> counterpart = MissReasons.counterpart(old, step);
        if (counterpart.isEmpty()) {
            out.println("+ " + BuildsCommands.name(step));
            return;
        }
        matched.add(counterpart.get());
        List<String> differences = reasons.between(old, counterpart.get(), now, step);
        if (!differences.isEmpty()) {
            out.println("~ " + BuildsCommands.name(step));
            differences.forEach(difference -> out.println("    " + TerminalText.clean(difference)));
        }
    }

    private static String shown(String image) {
        return image.isEmpty() ? "none" : image;
    }
}
