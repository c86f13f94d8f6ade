package dev.jbuild.cli;

import dev.jbuild.engine.Engine;
import dev.jbuild.oci.ImageReference;
import dev.jbuild.problem.ExitCode;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.problem.UsageError;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code jbuild tag}. */
@Command(name = "tag", description = "Give an image one more name.")
final class TagCommand implements JbuildCommand {
    @Parameters(index = "0", paramLabel = "IMAGE", description = "A name or an ID.")
    private String source = "";

    @Parameters(index = "1", paramLabel = "NAME[:TAG]", description = "The new name.")
    private String name = "";

    @Override
    public int run(Invocation invocation) throws JbuildException {
        ImageReference reference = Invocation.reference(name);
        if (reference.digest().isPresent()) {
            throw new UsageError("\"" + name + "\" can't be given as a name: it holds a digest");
        }
        try (Engine engine = invocation.open()) {
            engine.images().tag(source, reference);
        }
        return ExitCode.OK;
    }
}
