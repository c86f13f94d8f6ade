package dev.jbuild.cli;

import dev.jbuild.progress.BuildEvent;
import dev.jbuild.progress.BuildEvent.Notice;
import dev.jbuild.progress.BuildEvent.Outcome;
import dev.jbuild.progress.BuildEvent.VertexFinished;
import dev.jbuild.progress.BuildEvent.VertexOutput;
import dev.jbuild.progress.BuildEvent.VertexStarted;
import java.io.PrintStream;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Shows nothing but the last output of the steps that failed, and notices where asked to. */
final class QuietProgress implements ProgressView {
    private final PrintStream out;
    private final Optional<Notices> notices;
    private final FailureLog failures = new FailureLog();
    private final Map<String, String> names = new HashMap<>();
    private final Map<String, OutputLines> lines = new HashMap<>();

    QuietProgress(PrintStream out, Optional<Notices> notices) {
        this.out = out;
        this.notices = notices;
    }

    @Override
    public synchronized void accept(BuildEvent event) {
        if (event instanceof VertexStarted started) {
            names.put(started.vertex(), PlainProgress.oneLine(started.name()));
        } else if (event instanceof VertexOutput output) {
            OutputLines stream = lines.computeIfAbsent(output.vertex() + output.stream(), key -> new OutputLines());
            stream.add(output.bytes()).forEach(line -> failures.line(output.vertex(), line));
        } else if (event instanceof VertexFinished finished) {
            finish(finished);
        } else if (event instanceof Notice notice) {
            notices.ifPresent(all -> all.add(notice));
        }
    }

    private void finish(VertexFinished finished) {
        for (BuildEvent.Stream stream : BuildEvent.Stream.values()) {
            OutputLines unfinished = lines.remove(finished.vertex() + stream);
            if (unfinished != null) {
                unfinished.finish().forEach(line -> failures.line(finished.vertex(), line));
            }
        }
        String name = names.remove(finished.vertex());
        if (finished.outcome() == Outcome.FAILED && name != null && failures.hasLines(finished.vertex())) {
            failures.failed(finished.vertex(), name);
        } else {
            failures.succeeded(finished.vertex());
        }
    }

    @Override
    public synchronized void close() {
        failures.print(out);
        notices.ifPresent(all -> all.print(out));
        out.flush();
    }
}
