package dev.jbuild.cli;

import dev.jbuild.engine.Engine;
import dev.jbuild.inspect.ImageFacts;
import dev.jbuild.inspect.InspectReport;
import dev.jbuild.inspect.LayerAnalysis;
import dev.jbuild.inspect.LayerReport;
import dev.jbuild.problem.ExitCode;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.problem.UsageError;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code jbuild inspect}. */
@Command(name = "inspect", description = "Tell everything about images, as JSON.")
final class InspectCommand implements JbuildCommand {
    @Option(
            names = {"-f", "--format"},
            paramLabel = "TEMPLATE",
            description = "json, or fields such as {{.Id}} or {{json .Config}}.")
    private @Nullable String format;

    @Option(names = "--platform", paramLabel = "OS/ARCH", description = "The image for this platform.")
    private @Nullable String platform;

    @Option(names = "--layers", description = "Tell what each layer added, changed, removed and wasted.")
    private boolean layers;

    @Option(names = "--tree", description = "Show the files that the layers hold together.")
    private boolean tree;

    @Option(names = "--type", hidden = true, description = "There are only images.")
    private String type = "image";

    @Parameters(arity = "1..*", paramLabel = "IMAGE", description = "Names or IDs.")
    private List<String> images = new ArrayList<>();

    @Override
    public int run(Invocation invocation) throws JbuildException {
        if (!type.equals("image")) {
            throw new UsageError("--type " + type + ": only images can be inspected");
        }
        if (layers || tree) {
            return analyse(invocation);
        }
        List<ImageFacts> facts = new ArrayList<>();
        try (Engine engine = invocation.open()) {
            for (String image : images) {
                facts.add(new Facts(engine).of(image, invocation.platform(Optional.ofNullable(platform))));
            }
        }
        print(invocation.console(), facts);
        return ExitCode.OK;
    }

    private int analyse(Invocation invocation) throws JbuildException {
        boolean json = Listing.isJson(format);
        try (Engine engine = invocation.open()) {
            for (String image : images) {
                try (Looked looked = Looked.open(invocation, engine, image, Optional.ofNullable(platform))) {
                    LayerAnalysis analysis = LayerAnalysis.of(looked.image().indexes());
                    show(invocation.console().out(), looked.facts(), analysis, json);
                }
            }
        }
        return ExitCode.OK;
    }

    private void show(PrintStream out, ImageFacts facts, LayerAnalysis analysis, boolean json) {
        if (json) {
            out.println(LayerReport.json(facts, analysis, tree));
            return;
        }
        LayerView view = new LayerView(out);
        if (tree) {
            view.tree(analysis);
        }
        if (layers) {
            view.layers(facts, analysis);
        }
    }

    private void print(Console console, List<ImageFacts> facts) throws UsageError {
        String template = format;
        if (template == null || template.isEmpty()) {
            console.out().println(InspectReport.of(facts));
            return;
        }
        for (ImageFacts image : facts) {
            try {
                console.out()
                        .println(
                                template.equals("json")
                                        ? InspectReport.of(image)
                                        : InspectReport.format(image, template));
            } catch (IllegalArgumentException e) {
                throw new UsageError("--format: " + e.getMessage());
            }
        }
    }
}
