package dev.jbuild.cli;

import dev.jbuild.engine.Engine;
import dev.jbuild.layer.EntryType;
import dev.jbuild.problem.ExitCode;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.problem.UsageError;
import dev.jbuild.problem.UserError;
import dev.jbuild.snapshot.MergedView.Found;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code jbuild cat}. */
@Command(name = "cat", description = "Print files of an image, or of one of its layers, without unpacking it.")
final class CatCommand implements JbuildCommand {
    @Option(names = "--platform", paramLabel = "OS/ARCH", description = "The image for this platform.")
    private @Nullable String platform;

    @Parameters(
            arity = "1..*",
            paramLabel = "IMAGE[@LAYER]:PATH",
            description = "A name or ID, or the path of an OCI layout or of an archive; and a file's path.")
    private List<String> places = new ArrayList<>();

    @Override
    public int run(Invocation invocation) throws JbuildException {
        try (Engine engine = invocation.open()) {
            for (String each : places) {
                ImagePath place = ImagePath.parse(each);
                if (place.path().isEmpty()) {
                    throw new UsageError(
                            "\"" + each + "\" has no path", "write IMAGE:PATH, with a slash after the colon");
                }
                try (Looked looked = Looked.open(invocation, engine, place.image(), Optional.ofNullable(platform))) {
                    Found found = looked.find(place.path().get(), true);
                    if (found.entry().type() != EntryType.FILE) {
                        throw new UserError("/" + place.path().get() + " is no file but a "
                                + found.entry()
                                        .type()
                                        .name()
                                        .toLowerCase(java.util.Locale.ROOT)
                                        .replace('_', ' '));
                    }
                    looked.image()
                            .contents(
                                    List.of(found),
                                    (file, content) -> content.transferTo(
                                            invocation.console().out()));
                }
            }
        }
        return ExitCode.OK;
    }
}
