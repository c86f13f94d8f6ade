package dev.jbuild.cli;

import dev.jbuild.problem.JbuildException;
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code jbuild check}. */
@Command(name = "check", description = "Check a Buildfile without building it.")
final class CheckCommand implements JbuildCommand {
    @Mixin
    private SurveyOptions options = new SurveyOptions();

    @Override
    public int run(Invocation invocation) throws JbuildException, IOException {
        return options.run(invocation, CallFlag.Method.CHECK);
    }
}
