package dev.jbuild.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
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
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code jbuild inspect}. */
@Command(name = "inspect", description = "Tell everything about images, or containers, as JSON.")
final class InspectCommand implements JbuildCommand {
    private static final Set<String> TYPES = Set.of("", "image", "container");

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

    @Option(
            names = "--type",
            paramLabel = "image|container",
            description = "Only such; else what has the name, a container first.")
    private String type = "";

    @Parameters(arity = "1..*", paramLabel = "NAME", description = "Names or IDs.")
    private List<String> images = new ArrayList<>();

    @Override
    public int run(Invocation invocation) throws JbuildException {
        if (!TYPES.contains(type)) {
            throw new UsageError("--type " + type + ": only images and containers can be inspected");
        }
        if (layers || tree) {
            return analyse(invocation);
        }
        List<ObjectNode> reports = new ArrayList<>();
        try (Engine engine = invocation.open()) {
            for (String name : images) {
                if (isContainer(engine, name)) {
                    reports.addAll(ContainerArguments.inspect(engine, List.of(name)));
                } else {
                    ImageFacts facts = new Facts(engine).of(name, invocation.platform(Optional.ofNullable(platform)));
                    reports.add(InspectReport.json(facts));
                }
            }
        }
        print(invocation.console(), reports, format);
        return ExitCode.OK;
    }

    private boolean isContainer(Engine engine, String name) throws JbuildException {
        return type.equals("container")
                || (type.isEmpty()
                        && platform == null
                        && engine.containers().lookUp(name).isPresent());
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

    static void print(Console console, List<ObjectNode> reports, @Nullable String template) throws UsageError {
        if (template == null || template.isEmpty()) {
            console.out().println(InspectReport.ofReports(reports));
            return;
        }
        for (ObjectNode report : reports) {
            try {
                console.out().println(InspectReport.formatReport(report, template));
            } catch (IllegalArgumentException e) {
                throw new UsageError("--format: " + e.getMessage());
            }
        }
    }
}
