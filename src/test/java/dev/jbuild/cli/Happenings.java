package dev.jbuild.cli;

import dev.jbuild.progress.BuildEvent;
import dev.jbuild.progress.BuildEvent.Outcome;
import dev.jbuild.progress.BuildEvent.Stream;
import dev.jbuild.progress.StepSummary;
import dev.jbuild.progress.StepUsage;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Tells a view of a build that never was, with times in milliseconds. */
final class Happenings {
    static final Instant BEGIN = Instant.parse("2026-11-24T10:00:00Z");

    private final ProgressView view;

    Happenings(ProgressView view) {
        this.view = view;
    }

    static Instant at(long millis) {
        return BEGIN.plusMillis(millis);
    }

    Happenings started(long millis, String vertex, String name) {
        view.accept(new BuildEvent.VertexStarted(vertex, name, List.of(), at(millis)));
        return this;
    }

    Happenings cached(long millis, String vertex, String name) {
        view.accept(new BuildEvent.VertexCached(vertex, name, Optional.empty(), Optional.empty(), at(millis)));
        return this;
    }

    Happenings reused(long millis, String vertex, String name, String source) {
        view.accept(new BuildEvent.VertexCached(vertex, name, Optional.of(source), Optional.empty(), at(millis)));
        return this;
    }

    Happenings ended(long millis, Outcome outcome, List<StepSummary> steps, String... criticalPath) {
        view.accept(new BuildEvent.BuildEnded(outcome, steps, List.of(criticalPath), at(millis)));
        return this;
    }

    Happenings done(long millis, String vertex) {
        view.accept(new BuildEvent.VertexFinished(vertex, Outcome.DONE, Optional.empty(), at(millis)));
        return this;
    }

    Happenings done(long millis, String vertex, StepUsage usage) {
        view.accept(
                new BuildEvent.VertexFinished(vertex, Outcome.DONE, Optional.empty(), Optional.of(usage), at(millis)));
        return this;
    }

    Happenings failed(long millis, String vertex, String error) {
        view.accept(new BuildEvent.VertexFinished(vertex, Outcome.FAILED, Optional.of(error), at(millis)));
        return this;
    }

    Happenings cancelled(long millis, String vertex) {
        view.accept(new BuildEvent.VertexFinished(vertex, Outcome.CANCELLED, Optional.empty(), at(millis)));
        return this;
    }

    /** About a line of a file of three. */
    Happenings warned(long millis, String vertex, String text, int line) {
        BuildEvent.SourceFile source = new BuildEvent.SourceFile("Dockerfile", "one\ntwo\nthree\n");
        view.accept(new BuildEvent.VertexWarning(
                vertex, text, "what is asked", "https://example.org/rule", source, line, line, at(millis)));
        return this;
    }

    Happenings printed(long millis, String vertex, String text) {
        return printed(millis, vertex, text.getBytes(StandardCharsets.UTF_8));
    }

    Happenings printed(long millis, String vertex, byte[] bytes) {
        view.accept(new BuildEvent.VertexOutput(vertex, Stream.STDOUT, ByteBuffer.wrap(bytes), at(millis)));
        return this;
    }

    Happenings moved(long millis, String vertex, String item, long current, long total, boolean done) {
        view.accept(new BuildEvent.VertexTransfer(vertex, item, current, total, done, at(millis)));
        return this;
    }

    Happenings noticed(long millis, String text, String... details) {
        view.accept(new BuildEvent.Notice(text, List.of(details), at(millis)));
        return this;
    }

    Happenings held() {
        view.hold();
        return this;
    }

    Happenings released() {
        view.release();
        return this;
    }

    Happenings tick(long millis) {
        view.tick(at(millis));
        return this;
    }

    void over() {
        view.close();
    }
}
