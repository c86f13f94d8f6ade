package dev.jbuild.engine;

import dev.jbuild.context.IgnoreReport;
import dev.jbuild.context.SourceTree;
import dev.jbuild.progress.BuildEvent;
import dev.jbuild.progress.EventSink;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Says, when a build has read what it needs of its contexts, which ignore files were used and what they left out. */
final class IgnoreNews {
    private final EventSink events;
    private final InstantSource clock;
    private final boolean detailed;

    /** @param detailed whether to say it of each rule too */
    IgnoreNews(EventSink events, InstantSource clock, boolean detailed) {
        this.events = events;
        this.clock = clock;
        this.detailed = detailed;
    }

    /** @param contexts by name, the main one by the empty name */
    void tell(Map<String, SourceTree> contexts) {
        new TreeMap<>(contexts)
                .forEach((name, tree) -> tree.ignored().ifPresent(report -> {
                    tell("ignored " + name, report.file() + (name.isEmpty() ? "" : " of context " + name), report);
                }));
    }

    private void tell(String vertex, String file, IgnoreReport report) {
        events.accept(new BuildEvent.VertexStarted(
                vertex, "[internal] " + file + " left out " + leftOut(report), List.of(), clock.instant()));
        if (detailed) {
            String all = String.join("\n", report.lines()) + "\n";
            ByteBuffer bytes = ByteBuffer.wrap(all.getBytes(StandardCharsets.UTF_8));
            events.accept(new BuildEvent.VertexOutput(vertex, BuildEvent.Stream.STDERR, bytes, clock.instant()));
        }
        events.accept(
                new BuildEvent.VertexFinished(vertex, BuildEvent.Outcome.DONE, Optional.empty(), clock.instant()));
    }

    private static String leftOut(IgnoreReport report) {
        return report.leftOut() == 0
                ? "nothing that was looked at"
                : report.leftOut() + " of the files and directories looked at";
    }
}
