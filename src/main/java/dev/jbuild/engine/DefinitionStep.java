package dev.jbuild.engine;

import dev.jbuild.buildfile.LintWarning;
import dev.jbuild.buildfile.SourceRange;
import dev.jbuild.engine.BuildRequest.NamedText;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.progress.BuildEvent;
import dev.jbuild.progress.EventSink;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/** The step that reads a Buildfile, to which warnings about the file belong. */
final class DefinitionStep {
    private static final String VERTEX = "definition";

    private final EventSink events;
    private final InstantSource clock;

    DefinitionStep(EventSink events, InstantSource clock) {
        this.events = events;
        this.clock = clock;
    }

    BuildInputs read(BuildRequest request, SourceTimes.Loading loading) throws JbuildException {
        Instant began = clock.instant();
        BuildInputs inputs = BuildInputs.find(request, loading);
        NamedText file = inputs.buildfile();
        String name = "[internal] load build definition from " + file.name();
        events.accept(new BuildEvent.VertexStarted(VERTEX, name, List.of(), began));
        int size = file.text().getBytes(StandardCharsets.UTF_8).length;
        events.accept(
                new BuildEvent.VertexTransfer(VERTEX, "transferring dockerfile:", size, -1, true, clock.instant()));
        events.accept(
                new BuildEvent.VertexFinished(VERTEX, BuildEvent.Outcome.DONE, Optional.empty(), clock.instant()));
        return inputs;
    }

    void warn(NamedText file, List<LintWarning> warnings) {
        for (LintWarning warning : warnings) {
            int line = warning.range().startLine();
            String text = warning.rule().title() + ": " + warning.detail() + (line > 0 ? " (line " + line + ")" : "");
            warn(file, text, warning.rule().description(), warning.rule().url(), warning.range());
        }
    }

    /** @param url where more is said, or an empty text */
    void warn(NamedText file, String text, String description, String url, SourceRange range) {
        events.accept(new BuildEvent.VertexWarning(
                VERTEX,
                text,
                description,
                url,
                new BuildEvent.SourceFile(file.name(), file.text()),
                range.startLine(),
                range.endLine(),
                clock.instant()));
    }
}
