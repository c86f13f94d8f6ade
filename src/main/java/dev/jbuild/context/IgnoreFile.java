package dev.jbuild.context;

import dev.jbuild.buildfile.IgnorePatterns;
import dev.jbuild.problem.EnvironmentError;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.problem.UserError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The file that says what of a context is left out.
 *
 * @param file where it was found; absent when there is none
 */
public record IgnoreFile(Optional<Path> file, IgnorePatterns patterns) {
    /** Names looked up in the context, in this order, when the Buildfile has none of its own. */
    public static final List<String> NAMES = List.of(".dockerignore", ".containerignore");

    /** Leaves nothing out. */
    public static IgnoreFile none() {
        return new IgnoreFile(Optional.empty(), IgnorePatterns.none());
    }

    /**
     * The one for a Buildfile, named after it and beside it, or else that of the context.
     *
     * @param buildfile absent when it isn't a file of this machine
     */
    public static IgnoreFile find(Path context, Optional<Path> buildfile) throws JbuildException {
        if (buildfile.isPresent()) {
            Path own = buildfile.get().resolveSibling(buildfile.get().getFileName() + ".dockerignore");
            if (Files.exists(own)) {
                return read(own);
            }
        }
        for (String name : NAMES) {
            Path file = context.resolve(name);
            if (Files.exists(file)) {
                return read(file);
            }
        }
        return none();
    }

    /** Reads a file that must be there. */
    public static IgnoreFile read(Path file) throws JbuildException {
        try {
            return new IgnoreFile(Optional.of(file), IgnorePatterns.parse(Files.readAllBytes(file)));
        } catch (NoSuchFileException e) {
            throw new UserError("there is no ignore file " + file, e);
        } catch (UserError e) {
            throw new UserError(file + ": " + e.what(), e);
        } catch (IOException e) {
            throw new EnvironmentError("the ignore file " + file + " can't be read: " + e.getMessage(), e);
        }
    }
}
