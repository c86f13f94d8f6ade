package dev.jbuild.cli;

import dev.jbuild.problem.JbuildException;
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code jbuild targets}. */
@Command(name = "targets", description = "List the stages of a Buildfile that can be built.")
final class TargetsCommand implements JbuildCommand {
    @Mixin
    private SurveyOptions options = new SurveyOptions();

    @Override
    public int run(Invocation invocation) throws JbuildException, IOException {
        return options.run(invocation, CallFlag.Method.TARGETS);
    }
}
