package dev.jbuild.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.jbuild.engine.BuildRequest;
import dev.jbuild.engine.BuildRequest.NamedText;
import dev.jbuild.engine.Engine;
import dev.jbuild.engine.Survey;
import dev.jbuild.problem.ExitCode;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.progress.Cancellation;
import java.io.PrintStream;
import java.util.function.Consumer;

/** Calls on a Buildfile that don't build: check, outline and targets. Results go to standard output. */
final class BuildCall {
    private final Invocation invocation;
    private final RegistryFlags registries;
    private final CallFlag call;
    private final ProgressViews views;
    private final ProgressViews.Kind kind;
    private ObjectNode result = SourceText.MAPPER.createObjectNode();

    BuildCall(
            Invocation invocation,
            RegistryFlags registries,
            CallFlag call,
            ProgressViews views,
            ProgressViews.Kind kind) {
        this.invocation = invocation;
        this.registries = registries;
        this.call = call;
        this.views = views;
        this.kind = kind;
    }

    /** Returns the exit code. */
    int run(BuildRequest request, Cancellation cancellation) throws JbuildException {
        return switch (call.method()) {
            case CHECK -> check(request, cancellation);
            case OUTLINE -> outline(request, cancellation);
            case TARGETS -> targets(request, cancellation);
            case BUILD -> throw new AssertionError("builds are not made here");
        };
    }

    private int check(BuildRequest request, Cancellation cancellation) throws JbuildException {
        Survey.Checked checked;
        try (ProgressView view = views.open(kind);
                Engine engine = invocation.open(registries)) {
            checked = engine.check(request, view, cancellation);
        }
        LintOutput output = new LintOutput(checked, source(checked.file()));
        print(output::json, output::text);
        if (!call.json() && kind != ProgressViews.Kind.QUIET) {
            output.ignored(invocation.console().err());
        }
        output.problem(invocation.console().err());
        return call.ignoreStatus() && checked.problem().isEmpty() ? ExitCode.OK : output.exitCode();
    }

    private int outline(BuildRequest request, Cancellation cancellation) throws JbuildException {
        Survey.Outlined outlined;
        try (ProgressView view = views.open(kind);
                Engine engine = invocation.open(registries)) {
            outlined = engine.outline(request, view, cancellation);
        }
        OutlineOutput output = new OutlineOutput(outlined.outline(), source(outlined.file()));
        print(output::json, output::text);
        return ExitCode.OK;
    }

    private int targets(BuildRequest request, Cancellation cancellation) throws JbuildException {
        Survey.Targets found;
        try (ProgressView view = views.open(kind);
                Engine engine = invocation.open()) {
            found = engine.targets(request, view, cancellation);
        }
        TargetsOutput output = new TargetsOutput(found.targets(), source(found.file()));
        print(output::json, output::text);
        return ExitCode.OK;
    }

    private SourceText source(NamedText file) {
        return new SourceText(file, invocation.console().workingDirectory());
    }

    private interface Json {
        ObjectNode get();
    }

    private void print(Json json, Consumer<PrintStream> text) {
        result = json.get();
        if (call.json()) {
            invocation.console().out().println(SourceText.json(result));
        } else {
            text.accept(invocation.console().out());
        }
        invocation.console().out().flush();
    }

    /** What {@code --metadata-file} says of the call that was run, with buildx's key. */
    String metadata() {
        ObjectNode metadata = SourceText.MAPPER.createObjectNode();
        metadata.set("result.json", result);
        return SourceText.json(metadata);
    }
}
