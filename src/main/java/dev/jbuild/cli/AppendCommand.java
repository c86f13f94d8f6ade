package dev.jbuild.cli;

import dev.jbuild.image.LocalImage;
import dev.jbuild.problem.EnvironmentError;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.problem.UserError;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code jbuild append}. */
@Command(name = "append", description = "Make an image with more layers on top of another one's.")
final class AppendCommand implements JbuildCommand {
    @Option(
            names = {"-f", "--file"},
            paramLabel = "DIR|TAR",
            required = true,
            description = "A layer: the files of a directory, which are root's then and as old as SOURCE_DATE_EPOCH or"
                    + " 1970, or a tar of any compression. May be repeated.")
    private List<String> files = new ArrayList<>();

    @Mixin
    private EditOptions options = new EditOptions();

    @Override
    public int run(Invocation invocation) throws JbuildException {
        Console console = invocation.console();
        Instant time = SourceDate.of(console).orElse(Instant.EPOCH);
        for (String file : files) {
            if (!Files.isReadable(console.resolve(file))) {
                throw new UserError("there is no readable directory or tar " + file);
            }
        }
        return options.run(invocation, edited -> {
            LocalImage image = edited.image();
            for (String file : files) {
                image = appended(edited, image, console.resolve(file), time);
            }
            return image;
        });
    }

    private static LocalImage appended(EditOptions.Edited edited, LocalImage image, Path path, Instant time)
            throws JbuildException {
        String name = String.valueOf(path.toAbsolutePath().normalize().getFileName());
        if (Files.isDirectory(path)) {
            return edited.engine().editor().appended(image, path, time, name, edited.cancellation());
        }
        try (InputStream tar = Files.newInputStream(path)) {
            return edited.engine().editor().appended(image, tar, name, edited.cancellation());
        } catch (IOException e) {
            throw new EnvironmentError(path + " can't be read: " + e.getMessage(), e);
        }
    }
}
