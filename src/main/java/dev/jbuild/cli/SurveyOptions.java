package dev.jbuild.cli;

import dev.jbuild.problem.JbuildException;
import dev.jbuild.problem.UsageError;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The flags of commands that look at a Buildfile without building: those of {@code build} that matter to them. */
final class SurveyOptions {
    @Option(
            names = {"-f", "--file"},
            paramLabel = "FILE",
            description = "The Buildfile; - is standard input. Looked up: Buildfile, Dockerfile, Containerfile.")
    private @Nullable String file;

    @Option(names = "--target", paramLabel = "STAGE", description = "Look at this stage and what it needs.")
    private @Nullable String target;

    @Option(
            names = "--build-arg",
            paramLabel = "NAME[=VALUE]",
            description = "Set an ARG; without a value from the environment.")
    private List<String> buildArgs = new ArrayList<>();

    @Option(names = "--platform", paramLabel = "OS/ARCH[/VARIANT]", description = "Look at a build for this platform.")
    private @Nullable String platform;

    @Option(
            names = "--build-context",
            paramLabel = "NAME=SOURCE",
            description = "A further context: DIR, a git or HTTP address, oci-layout:DIR or docker-image://REF.")
    private List<String> contexts = new ArrayList<>();

    @Option(names = "--ignorefile", paramLabel = "FILE", description = "Use this in place of .dockerignore.")
    private @Nullable String ignoreFile;

    @Option(names = "--format", paramLabel = "text|json", description = "How the result is printed.")
    private String format = "text";

    @Option(
            names = "--progress",
            paramLabel = "auto|plain|tty|rawjson|quiet",
            description = "Show what is looked up (JBUILD_PROGRESS).")
    private @Nullable String progress;

    @Parameters(
            paramLabel = "CONTEXT",
            arity = "0..1",
            description = "The directory that COPY reads from; - is a Buildfile on standard input.")
    private String context = ".";

    /** Runs a call with these options. Returns the exit code. */
    int run(Invocation invocation, CallFlag.Method method) throws JbuildException, IOException {
        if (!format.equals("text") && !format.equals("json")) {
            throw new UsageError("--format: there is no format " + format, "known are json and text");
        }
        BuildOptions options = new BuildOptions();
        options.file = file;
        options.target = target;
        options.buildArgs = buildArgs;
        if (platform != null) {
            options.platforms = List.of(platform);
        }
        options.contexts = contexts;
        options.ignoreFile = ignoreFile;
        options.progress = progress == null ? "notices" : progress;
        return BuildCommand.run(invocation, options, new CallFlag(method, format.equals("json"), false), context);
    }
}
