package dev.jbuild.cli;

import dev.jbuild.engine.Engine;
import dev.jbuild.image.BuiltImage;
import dev.jbuild.image.ExportOptions;
import dev.jbuild.image.ImageExporter;
import dev.jbuild.image.LocalImage;
import dev.jbuild.image.TransferProgress;
import dev.jbuild.oci.ImageReference;
import dev.jbuild.problem.ExitCode;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.problem.UsageError;
import dev.jbuild.progress.Cancellation;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code jbuild save}. */
@Command(name = "save", description = "Write images to an archive that docker, podman and skopeo can load.")
final class SaveCommand implements JbuildCommand {
    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            description = "The archive; without it standard output.")
    private @Nullable String output;

    @Option(
            names = "--format",
            paramLabel = "docker|oci|oci-dir",
            description = "docker (the default), oci, or oci-dir for an OCI layout directory.")
    private String format = "docker";

    @Option(names = "--platform", paramLabel = "OS/ARCH", description = "The image for this platform.")
    private @Nullable String platform;

    @Parameters(arity = "1..*", paramLabel = "IMAGE", description = "Names or IDs.")
    private List<String> images = new ArrayList<>();

    @Override
    public int run(Invocation invocation) throws JbuildException {
        ExportOptions options = options(invocation.console());
        Cancellation cancellation = Invocation.interruptible();
        try (Engine engine = invocation.open()) {
            List<ImageExporter.Export> exports = exports(engine, invocation);
            for (ImageExporter.Export export : exports) {
                for (BuiltImage built : export.result().images()) {
                    engine.images().completeAll(built.image(), TransferProgress.NONE, cancellation);
                }
            }
            engine.exporter().export(exports, options, invocation.console().out(), TransferProgress.NONE, cancellation);
        }
        return ExitCode.OK;
    }

    private ExportOptions options(Console console) throws UsageError {
        Map<String, String> attributes = new HashMap<>();
        boolean toStream = output == null || output.equals("-");
        if (toStream && console.outputIsTerminal()) {
            throw new UsageError("an archive would be written to the terminal", "use -o FILE or redirect the output");
        }
        attributes.put(
                "dest", toStream ? "-" : console.resolve(String.valueOf(output)).toString());
        String type = switch (format) {
            case "docker", "docker-archive" -> "docker";
            case "oci", "oci-archive" -> "oci";
            case "oci-dir" -> {
                attributes.put("tar", "false");
                yield "oci";
            }
            default -> throw new UsageError("--format " + format, "known are docker, oci and oci-dir");
        };
        return ExportOptions.parse(type, attributes);
    }

    /** Each image once, with all the names that were asked for. */
    private List<ImageExporter.Export> exports(Engine engine, Invocation invocation) throws JbuildException {
        Map<String, LocalImage> byId = new LinkedHashMap<>();
        Map<String, List<ImageReference>> names = new LinkedHashMap<>();
        for (String name : images) {
            LocalImage image = engine.images().get(name, invocation.platform(Optional.ofNullable(platform)));
            String id = image.id().toString();
            byId.put(id, image);
            names.computeIfAbsent(id, key -> new ArrayList<>());
            if (!isId(name, id)) {
                names.get(id).add(Invocation.reference(name));
            }
        }
        List<ImageExporter.Export> exports = new ArrayList<>();
        byId.forEach((id, image) -> exports.add(new ImageExporter.Export(image, names.getOrDefault(id, List.of()))));
        return exports;
    }

    private static boolean isId(String name, String id) {
        return id.startsWith(name) || id.substring(id.indexOf(':') + 1).startsWith(name);
    }
}
