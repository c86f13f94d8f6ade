package dev.jbuild.context;

import dev.jbuild.buildfile.IgnorePatterns;
import dev.jbuild.layer.EntryType;
import dev.jbuild.problem.EnvironmentError;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.problem.UserError;
import dev.jbuild.sys.RawPath;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The file that says what of a context is left out.
 *
 * @param name what it is called: its path in the context, or else on this machine; empty when there is none
 */
public record IgnoreFile(String name, IgnorePatterns patterns) {
    /** Names looked up in the context, in this order, when the Buildfile has none of its own. */
    public static final List<String> NAMES = List.of(".dockerignore", ".containerignore");

    /** Leaves nothing out. */
    public static IgnoreFile none() {
        return new IgnoreFile("", IgnorePatterns.none());
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
                return read(own).seenFrom(context);
            }
        }
        for (String name : NAMES) {
            Path file = context.resolve(name);
            if (Files.exists(file)) {
                return read(file).seenFrom(context);
            }
        }
        return none();
    }

    private IgnoreFile seenFrom(Path context) {
        Path file = Path.of(name).normalize();
        Path directory = context.normalize();
        return file.startsWith(directory)
                ? new IgnoreFile(directory.relativize(file).toString(), patterns)
                : this;
    }

    /**
     * The one for a Buildfile in a context that isn't a directory of this machine.
     *
     * @param buildfile absent when it doesn't come from the context
     */
    public static IgnoreFile find(SourceTree context, Optional<String> buildfile) throws JbuildException {
        List<String> names = new ArrayList<>();
        buildfile.ifPresent(name -> names.add(name + ".dockerignore"));
        names.addAll(NAMES);
        for (String name : names) {
            RawPath file = context.resolve(RawPath.of(name), true);
            if (context.peek(file)
                    .filter(entry -> entry.type() == EntryType.FILE)
                    .isPresent()) {
                return new IgnoreFile(name, read(context, file));
            }
        }
        return none();
    }

    private static IgnorePatterns read(SourceTree context, RawPath file) throws JbuildException {
        try (InputStream in = context.open(file)) {
            return IgnorePatterns.parse(in.readAllBytes());
        } catch (UserError e) {
            throw new UserError(file + ": " + e.what(), e);
        } catch (IOException e) {
            throw new EnvironmentError("the ignore file " + file + " can't be read: " + e.getMessage(), e);
        }
    }

    /** Reads a file that must be there. */
    public static IgnoreFile read(Path file) throws JbuildException {
        try {
            return new IgnoreFile(file.toString(), IgnorePatterns.parse(Files.readAllBytes(file)));
        } catch (NoSuchFileException e) {
            throw new UserError("there is no ignore file " + file, e);
        } catch (UserError e) {
            throw new UserError(file + ": " + e.what(), e);
        } catch (IOException e) {
            throw new EnvironmentError("the ignore file " + file + " can't be read: " + e.getMessage(), e);
        }
    }
}
