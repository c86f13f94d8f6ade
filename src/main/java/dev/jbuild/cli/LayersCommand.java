package dev.jbuild.cli;

import dev.jbuild.engine.Engine;
import dev.jbuild.inspect.LayerAnalysis;
import dev.jbuild.inspect.LayerReport;
import dev.jbuild.problem.ExitCode;
import dev.jbuild.problem.JbuildException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code jbuild layers}. What is wasted is said at {@link LayerAnalysis}. */
@Command(
        name = "layers",
        description = "List an image's layers: who made each, what it changed, and what of it is wasted.",
        footer = {
            "",
            "A layer's wasted bytes are those of its files that later layers hide, by replacing or removing them; files"
                    + " of several names count once. The efficiency is the part of all files' bytes that isn't wasted. The"
                    + " time of a directory, which changes with all that is put into it, is no change."
        })
final class LayersCommand implements JbuildCommand {
    @Option(names = "--format", paramLabel = "table|json", description = "json prints one JSON object.")
    private @Nullable String format;

    @Option(names = "--platform", paramLabel = "OS/ARCH", description = "The image for this platform.")
    private @Nullable String platform;

    @Parameters(paramLabel = "IMAGE", description = "A name or ID, or the path of an OCI layout or of an archive.")
    private String image = "";

    @Override
    public int run(Invocation invocation) throws JbuildException {
        boolean json = Listing.isJson(format);
        try (Engine engine = invocation.open();
                Looked looked = Looked.openWhole(invocation, engine, image, Optional.ofNullable(platform))) {
            LayerAnalysis analysis = LayerAnalysis.of(looked.image().indexes());
            if (json) {
                invocation.console().out().println(LayerReport.json(looked.facts(), analysis, false));
            } else {
                new LayerView(invocation.console().out()).layers(looked.facts(), analysis);
            }
        }
        return ExitCode.OK;
    }
}
