package dev.jbuild.cli;

import dev.jbuild.problem.JbuildException;
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code jbuild outline}. */
@Command(name = "outline", description = "List the arguments, secrets and SSH agents that a build can be given.")
final class OutlineCommand implements JbuildCommand {
    @Mixin
    private SurveyOptions options = new SurveyOptions();

    @Override
    public int run(Invocation invocation) throws JbuildException, IOException {
        return options.run(invocation, CallFlag.Method.OUTLINE);
    }
}
