package dev.jbuild.cli;

import dev.jbuild.buildfile.Buildfile;
import dev.jbuild.engine.BuildRequest.NamedText;
import dev.jbuild.engine.BuildfileSource;
import dev.jbuild.engine.ContextSource;
import dev.jbuild.graph.GitAddress;
import dev.jbuild.problem.EnvironmentError;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.problem.UsageError;
import dev.jbuild.problem.UserError;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What {@code -f FILE} and the argument {@code CONTEXT} say together, read as docker buildx reads them. */
final class BuildSourceArguments {
    private static final String INPUT = "-";

    private final Console console;
    private final String file;
    private final BuildfileSource buildfile;
    private final ContextSource context;

    /**
     * @param file of {@code -f}
     * @param emptyContext for builds that have none
     */
    BuildSourceArguments(Console console, @Nullable String file, String context, EmptyContext emptyContext)
            throws JbuildException {
        this.console = console;
        this.file = file == null ? "" : file;
        Path directory = console.resolve(context);
        if (context.equals(INPUT)) {
            InputStream input = new BufferedInputStream(console.in(), ArchiveHeader.LENGTH);
            boolean archive = isArchive(input);
            this.context =
                    archive ? new ContextSource.Archive(input) : new ContextSource.Directory(emptyContext.directory());
            this.buildfile = archive ? beside() : alone(input);
        } else if (!Files.isDirectory(directory) && isAddress(context)) {
            this.context = new ContextSource.Remote(context);
            this.buildfile = beside();
        } else {
            this.context = new ContextSource.Directory(directory);
            this.buildfile = inDirectory(directory);
        }
    }

    BuildfileSource buildfile() {
        return buildfile;
    }

    ContextSource context() {
        return context;
    }

    private static boolean isAddress(String context) throws UserError {
        return GitAddress.parseContext(context).isPresent() || isHttp(context);
    }

    private static boolean isHttp(String text) {
        return text.startsWith("http://") || text.startsWith("https://");
    }

    private boolean isArchive(InputStream input) throws JbuildException {
        if (file.equals(INPUT)) {
            throw new UsageError("the Buildfile and the context can't both come from standard input");
        }
        try {
            return ArchiveHeader.peek(input);
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    private static EnvironmentError unreadable(IOException e) {
        return new EnvironmentError("standard input can't be read: " + e.getMessage(), e);
    }

    /** Standard input is the Buildfile, and there is no context. */
    private BuildfileSource alone(InputStream input) throws JbuildException {
        if (!file.isEmpty()) {
            throw new UsageError(
                    "ambiguous Dockerfile source: both stdin and flag correspond to Dockerfiles",
                    "leave -f out, or give a tar archive on standard input");
        }
        return new BuildfileSource.Given(text(input));
    }

    private NamedText text(InputStream input) throws JbuildException {
        try {
            return new NamedText("Dockerfile", Buildfile.read(input), Optional.empty());
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    /** For a context that isn't a directory: a relative name is one in it. */
    private BuildfileSource beside() throws JbuildException {
        if (file.equals(INPUT)) {
            return new BuildfileSource.Given(text(console.in()));
        }
        if (isHttp(file)) {
            return new BuildfileSource.Remote(file);
        }
        if (Path.of(file).isAbsolute()) {
            return new BuildfileSource.Given(local(console.resolve(file)));
        }
        return new BuildfileSource.InContext(Optional.of(file).filter(name -> !name.isEmpty()));
    }

    private BuildfileSource inDirectory(Path directory) throws JbuildException {
        if (file.isEmpty()) {
            return new BuildfileSource.InContext(Optional.empty());
        }
        if (file.equals(INPUT)) {
            return new BuildfileSource.Given(text(console.in()));
        }
        if (isHttp(file)) {
            return new BuildfileSource.Remote(file);
        }
        Path path = existing(console.resolve(file));
        Path inContext = existing(directory.resolve(file));
        boolean elsewhere = !Files.exists(path) && Files.exists(inContext);
        return new BuildfileSource.Given(local(elsewhere ? inContext : path));
    }

    /** The file; where there is no {@code Dockerfile}, a {@code dockerfile} beside it, as BuildKit has it. */
    private static Path existing(Path file) {
        Path lower = file.resolveSibling("dockerfile");
        return file.endsWith("Dockerfile") && !Files.exists(file) && Files.exists(lower) ? lower : file;
    }

    private NamedText local(Path path) throws JbuildException {
        try (InputStream text = Files.newInputStream(path)) {
            return new NamedText(file, Buildfile.read(text), Optional.of(path));
        } catch (IOException e) {
            if (Files.isRegularFile(path)) {
                throw new EnvironmentError("the Buildfile " + file + " can't be read: " + e.getMessage(), e);
            }
            throw new UserError(
                    Files.isDirectory(path)
                            ? "the Buildfile " + file + " is a directory"
                            : "there is no Buildfile " + file,
                    "-f names a file, relative to the current directory");
        }
    }
}
