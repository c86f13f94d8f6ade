package dev.jbuild.cli;

import dev.jbuild.engine.Engine;
import dev.jbuild.image.ImageFiles;
import dev.jbuild.problem.ExitCode;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.sys.RawPath;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code jbuild export}. */
@Command(
        name = "export",
        description = "Write the files of an image, as its layers show them together, to one tar.",
        footer = {"", "The tar is in path order, and the same whenever and from wherever the image is exported."})
final class ExportCommand implements JbuildCommand {
    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            description = "The tar; without it, or with -, standard output.")
    private String output = "-";

    @Option(names = "--platform", paramLabel = "OS/ARCH", description = "The image for this platform.")
    private @Nullable String platform;

    @Parameters(
            paramLabel = "IMAGE[@LAYER]",
            description = "A name or ID, or the path of an OCI layout or of an archive; or one of its layers.")
    private String image = "";

    @Override
    public int run(Invocation invocation) throws JbuildException {
        try (Engine engine = invocation.open();
                Looked looked = Looked.open(invocation, engine, image, Optional.ofNullable(platform))) {
            ImageFiles files = new ImageFiles(
                    looked.image(),
                    looked.view().beneath(RawPath.ROOT),
                    RawPath.ROOT,
                    RawPath.ROOT,
                    Invocation.interruptible());
            TarFile.write(invocation.console(), output, out -> {
                files.writeTar(out);
                return ExitCode.OK;
            });
        }
        return ExitCode.OK;
    }
}
