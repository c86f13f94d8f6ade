package dev.jbuild.engine;

import dev.jbuild.buildfile.Buildfile;
import dev.jbuild.context.DirectoryContext;
import dev.jbuild.context.FilteredTree;
import dev.jbuild.context.IgnoreFile;
import dev.jbuild.context.SourceTree;
import dev.jbuild.context.StatIndexes;
import dev.jbuild.engine.BuildRequest.NamedText;
import dev.jbuild.graph.Op;
import dev.jbuild.layer.EntryType;
import dev.jbuild.problem.EnvironmentError;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.problem.UserError;
import dev.jbuild.sys.RawPath;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** What a build reads: its Buildfile, and its context under the ignore rules. */
final class BuildInputs {
    /** Looked up in the context in this order when no file is named. */
    static final List<String> DEFAULT_NAMES = List.of("Buildfile", "Dockerfile", "dockerfile", "Containerfile");

    private final BuildRequest request;
    private final Optional<ContextLoader.Loaded> loaded;
    private final NamedText buildfile;
    /** The path of the Buildfile in a context that was loaded, if it is from there. */
    private final Optional<String> nameInContext;

    private BuildInputs(
            BuildRequest request,
            Optional<ContextLoader.Loaded> loaded,
            NamedText buildfile,
            Optional<String> nameInContext) {
        this.request = request;
        this.loaded = loaded;
        this.buildfile = buildfile;
        this.nameInContext = nameInContext;
    }

    /**
     * Loads the context, unless it is a directory, and finds the Buildfile.
     *
     * @throws JbuildException if there is none, or no context
     */
    static BuildInputs find(BuildRequest request, SourceTimes.Loading loading) throws JbuildException {
        if (request.context() instanceof ContextSource.Directory directory) {
            return inDirectory(request, directory.path(), loading);
        }
        ContextLoader loader = loading.loader();
        ContextLoader.Loaded loaded =
                loader.load().orElseThrow(() -> new AssertionError("a context that is no directory is loaded"));
        Optional<ContextLoader.Loaded> context = Optional.of(loaded);
        BuildfileSource wanted = request.buildfile();
        if (wanted instanceof BuildfileSource.Given given) {
            return new BuildInputs(request, context, given.text(), Optional.empty());
        }
        if (wanted instanceof BuildfileSource.Remote remote) {
            return new BuildInputs(request, context, loader.buildfile(remote.url()), Optional.empty());
        }
        if (loaded.buildfile().isPresent()) {
            return new BuildInputs(request, context, loaded.buildfile().get(), Optional.empty());
        }
        String name = lookUp(loaded.tree(), ((BuildfileSource.InContext) wanted).name());
        RawPath file = loaded.tree().resolve(RawPath.of(name), true);
        NamedText text = new NamedText(name, TreeText.read(loaded.tree(), file), Optional.empty());
        return new BuildInputs(request, context, text, Optional.of(name));
    }

    private static BuildInputs inDirectory(BuildRequest request, Path directory, SourceTimes.Loading loading)
            throws JbuildException {
        if (!Files.isDirectory(directory)) {
            throw new UserError(
                    Files.exists(directory)
                            ? "the build context " + directory + " is not a directory"
                            : "the build context " + directory + " does not exist",
                    "the last argument of jbuild build is the directory that COPY reads from");
        }
        NamedText text;
        if (request.buildfile() instanceof BuildfileSource.Given given) {
            text = given.text();
        } else if (request.buildfile() instanceof BuildfileSource.Remote remote) {
            text = loading.loader().buildfile(remote.url());
        } else {
            text = lookUp(directory);
        }
        return new BuildInputs(request, Optional.empty(), text, Optional.empty());
    }

    private static String lookUp(SourceTree context, Optional<String> name) throws JbuildException {
        List<String> names = name.map(BuildInputs::spellings).orElse(DEFAULT_NAMES);
        for (String candidate : names) {
            RawPath file = context.resolve(RawPath.of(candidate), true);
            if (context.peek(file)
                    .filter(entry -> entry.type() == EntryType.FILE)
                    .isPresent()) {
                return candidate;
            }
        }
        throw new UserError(
                name.isPresent()
                        ? "there is no Buildfile " + name.get() + " in the build context"
                        : "no Buildfile, Dockerfile or Containerfile in the build context",
                "name the file with -f FILE, as it is called in the context");
    }

    /** A name, and for {@code Dockerfile} that in small letters, as BuildKit has it. */
    private static List<String> spellings(String name) {
        boolean usual = name.equals("Dockerfile") || name.endsWith("/Dockerfile");
        return usual ? List.of(name, name.replaceFirst("Dockerfile$", "dockerfile")) : List.of(name);
    }

    private static NamedText lookUp(Path context) throws JbuildException {
        for (String name : DEFAULT_NAMES) {
            Path file = context.resolve(name);
            if (Files.isRegularFile(file)) {
                try (InputStream text = Files.newInputStream(file)) {
                    return new NamedText(name, Buildfile.read(text), Optional.of(file));
                } catch (IOException e) {
                    throw new EnvironmentError(file + " can't be read: " + e.getMessage(), e);
                }
            }
        }
        throw new UserError(
                "no Buildfile, Dockerfile or Containerfile in " + context,
                "name the file with -f FILE, or give another context directory");
    }

    NamedText buildfile() {
        return buildfile;
    }

    Buildfile parse() throws JbuildException {
        return Buildfile.parse(buildfile.name(), buildfile.text());
    }

    /** The build context, without what the ignore file leaves out. */
    SourceTree context(StatIndexes indexes) throws JbuildException {
        IgnoreFile ignore = ignore();
        if (request.context() instanceof ContextSource.Directory directory) {
            return DirectoryContext.open(directory.path(), ignore, indexes);
        }
        return filtered(loaded.orElseThrow().tree(), ignore);
    }

    /** The same, to be listed only: nothing is remembered of its files, as none is read. */
    SourceTree listing() throws JbuildException {
        IgnoreFile ignore = ignore();
        return request.context() instanceof ContextSource.Directory directory
                ? DirectoryContext.open(directory.path(), ignore)
                : filtered(loaded.orElseThrow().tree(), ignore);
    }

    private static SourceTree filtered(SourceTree tree, IgnoreFile ignore) {
        return ignore.patterns().isEmpty() ? tree : new FilteredTree(tree, ignore);
    }

    IgnoreFile ignore() throws JbuildException {
        if (request.ignoreFile().isPresent()) {
            return IgnoreFile.read(request.ignoreFile().get());
        }
        return request.context() instanceof ContextSource.Directory directory
                ? IgnoreFile.find(directory.path(), buildfile.path())
                : IgnoreFile.find(loaded.orElseThrow().tree(), nameInContext);
    }

    /** Where the context came from, if that has a time. */
    Optional<Op> contextSource() {
        return loaded.flatMap(ContextLoader.Loaded::source);
    }
}
