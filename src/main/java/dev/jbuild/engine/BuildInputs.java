package dev.jbuild.engine;

import dev.jbuild.buildfile.Buildfile;
import dev.jbuild.context.DirectoryContext;
import dev.jbuild.context.IgnoreFile;
import dev.jbuild.context.SourceTree;
import dev.jbuild.engine.BuildRequest.NamedText;
import dev.jbuild.engine.BuildRequest.Secret;
import dev.jbuild.problem.EnvironmentError;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.problem.UserError;
import dev.jbuild.solver.RunDefaults;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a build reads: its Buildfile, its context under the ignore rules, and the secrets it was given. */
final class BuildInputs {
    /** Looked up in the context in this order when no file is named. */
    static final List<String> DEFAULT_NAMES = List.of("Buildfile", "Dockerfile", "dockerfile", "Containerfile");

    private static final String SANDBOX_HOSTNAME = "buildkitsandbox";

    private final BuildRequest request;
    private final NamedText buildfile;

    private BuildInputs(BuildRequest request, NamedText buildfile) {
        this.request = request;
        this.buildfile = buildfile;
    }

    /**
     * Finds the Buildfile.
     *
     * @throws JbuildException if there is none, or no context
     */
    static BuildInputs find(BuildRequest request) throws JbuildException {
        if (!Files.isDirectory(request.context())) {
            throw new UserError(
                    Files.exists(request.context())
                            ? "the build context " + request.context() + " is not a directory"
                            : "the build context " + request.context() + " does not exist",
                    "the last argument of jbuild build is the directory that COPY reads from");
        }
        Optional<NamedText> given = request.buildfile();
        return new BuildInputs(request, given.isPresent() ? given.get() : lookUp(request.context()));
    }

    private static NamedText lookUp(Path context) throws JbuildException {
        for (String name : DEFAULT_NAMES) {
            Path file = context.resolve(name);
            if (Files.isRegularFile(file)) {
                try {
                    return new NamedText(
                            name, new String(Files.readAllBytes(file), StandardCharsets.UTF_8), Optional.of(file));
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
    SourceTree context() throws JbuildException {
        return DirectoryContext.open(request.context(), ignore());
    }

    IgnoreFile ignore() throws JbuildException {
        return request.ignoreFile().isPresent()
                ? IgnoreFile.read(request.ignoreFile().get())
                : IgnoreFile.find(request.context(), buildfile.path());
    }

    RunDefaults runDefaults() throws JbuildException {
        Map<String, RunDefaults.SecretSource> secrets = new HashMap<>();
        request.secrets().forEach((id, secret) -> secrets.put(id, source(secret)));
        return new RunDefaults(
                ContainerRun.network(request.network()),
                request.buildArgs().getOrDefault("BUILDKIT_SANDBOX_HOSTNAME", SANDBOX_HOSTNAME),
                request.addHosts(),
                secrets);
    }

    private static RunDefaults.SecretSource source(Secret secret) {
        if (secret instanceof Secret.File file) {
            return () -> Files.readAllBytes(file.path());
        }
        byte[] value = ((Secret.Value) secret).value().getBytes(StandardCharsets.UTF_8);
        return value::clone;
    }
}
