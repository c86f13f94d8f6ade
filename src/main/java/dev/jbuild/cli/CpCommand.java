package dev.jbuild.cli;

import dev.jbuild.engine.Engine;
import dev.jbuild.fs.TreeWriter.Ownership;
import dev.jbuild.image.ImageFiles;
import dev.jbuild.problem.ExitCode;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.problem.UsageError;
import dev.jbuild.problem.UserError;
import dev.jbuild.snapshot.MergedView.Found;
import dev.jbuild.sys.HostPaths;
import dev.jbuild.sys.RawPath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code jbuild cp}. Where things go is decided as {@code docker cp} does. */
@Command(
        name = "cp",
        description = "Copy a file or a directory out of an image, or out of one of its layers.",
        footer = {
            "",
            "Into a DEST that is a directory, PATH is put under its own name; if PATH ends with /., what is in it is put"
                    + " there. A DEST that isn't there becomes the copy, and so does a file; directories above it must exist."
                    + " Modes, times and hard links are kept; owners and attributes too, for root. No symlink of the image is"
                    + " followed when writing, so that nothing outside DEST is touched."
        })
final class CpCommand implements JbuildCommand {
    private static final RawPath ABOVE = RawPath.of("..");

    @Option(
            names = {"-L", "--follow-link"},
            description = "If PATH is a symlink, copy what it leads to.")
    private boolean follow;

    @Option(
            names = {"-a", "--archive", "-q", "--quiet"},
            hidden = true,
            description = "As habit has it; and always so.")
    @SuppressWarnings("UnusedVariable")
    private boolean always;

    @Option(names = "--platform", paramLabel = "OS/ARCH", description = "The image for this platform.")
    private @Nullable String platform;

    @Parameters(
            index = "0",
            paramLabel = "IMAGE[@LAYER]:PATH",
            description = "A name or ID, or the path of an OCI layout or of an archive; and what to copy.")
    private String source = "";

    @Parameters(
            index = "1",
            paramLabel = "DEST|-",
            description = "A file or directory; - writes a tar to standard output.")
    private String destination = "";

    /**
     * Where a copy goes.
     *
     * @param directory one that is there
     * @param path the path beneath it; the root for the contents of a directory
     */
    private record Target(Path directory, RawPath path) {}

    /** @param contents whether a directory's contents are meant, without itself */
    private record Source(Found top, RawPath name, boolean contents) {
        boolean isDirectory() {
            return top.entry().isDirectory();
        }
    }

    @Override
    public int run(Invocation invocation) throws JbuildException {
        ImagePath place = ImagePath.parse(source);
        RawPath path = place.path()
                .orElseThrow(() -> new UsageError(
                        "\"" + source + "\" has no path", "write IMAGE:PATH, with a slash after the colon"));
        try (Engine engine = invocation.open();
                Looked looked = Looked.open(invocation, engine, place.image(), Optional.ofNullable(platform))) {
            Source from = source(looked, path);
            List<Found> found = new ArrayList<>(List.of(from.top()));
            found.addAll(looked.view().beneath(from.top().entry().path()));
            if (destination.equals("-")) {
                ImageFiles files = files(looked, found, from, from.contents() ? RawPath.ROOT : from.name());
                TarFile.write(invocation.console(), "-", out -> {
                    files.writeTar(out);
                    return ExitCode.OK;
                });
                return ExitCode.OK;
            }
            Target target = target(invocation.console(), from);
            // What is put into a directory that is there doesn't change that directory's mode and owner.
            List<Found> put = target.path().isRoot() ? found.subList(1, found.size()) : found;
            files(looked, put, from, target.path())
                    .writeDirectory(target.directory(), invocation.isRoot() ? Ownership.KEEP : Ownership.OF_CALLER);
        }
        return ExitCode.OK;
    }

    private static ImageFiles files(Looked looked, List<Found> found, Source from, RawPath to) {
        return new ImageFiles(looked.image(), found, from.top().entry().path(), to, Invocation.interruptible());
    }

    private Source source(Looked looked, RawPath path) throws UserError {
        boolean contents = source.endsWith("/.") || path.isRoot();
        boolean directory = contents || source.endsWith("/");
        Found top = looked.find(path, follow || directory);
        if (directory && !top.entry().isDirectory()) {
            throw new UserError("/" + path + " is not a directory");
        }
        RawPath name = path.fileName().equals(ABOVE) ? top.entry().path().fileName() : path.fileName();
        return new Source(top, name, contents || name.isRoot());
    }

    private Target target(Console console, Source from) throws UserError {
        Path path = console.resolve(destination).toAbsolutePath().normalize();
        try {
            if (Files.isDirectory(path)) {
                return new Target(path.toRealPath(), from.contents() ? RawPath.ROOT : from.name());
            }
            if (Files.exists(path)) {
                return inPlaceOf(path.toRealPath(), from);
            }
            if (destination.endsWith("/") && !from.isDirectory()) {
                throw new UserError("there is no directory " + destination, "make it first");
            }
            Path parent = path.getParent();
            if (parent == null || !Files.isDirectory(parent)) {
                throw new UserError("there is no directory " + parent, "make it first");
            }
            return new Target(parent.toRealPath(), HostPaths.fileName(path));
        } catch (IOException e) {
            throw new UserError("can't copy to " + destination + ": " + e.getMessage(), e);
        }
    }

    private Target inPlaceOf(Path file, Source from) throws UserError {
        if (from.isDirectory() || destination.endsWith("/")) {
            throw new UserError(destination + " is not a directory");
        }
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            throw new UserError(
                    destination + " is neither a file nor a directory", "jbuild cat prints files to standard output");
        }
        return new Target(Objects.requireNonNull(file.getParent()), HostPaths.fileName(file));
    }
}
