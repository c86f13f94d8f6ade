package dev.jbuild.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.jbuild.oci.Digest;
import dev.jbuild.progress.BuildEvent;
import dev.jbuild.progress.BuildEvent.BuildEnded;
import dev.jbuild.progress.BuildEvent.Notice;
import dev.jbuild.progress.BuildEvent.Outcome;
import dev.jbuild.progress.BuildEvent.Stream;
import dev.jbuild.progress.BuildEvent.VertexCached;
import dev.jbuild.progress.BuildEvent.VertexExplained;
import dev.jbuild.progress.BuildEvent.VertexFinished;
import dev.jbuild.progress.BuildEvent.VertexOutput;
import dev.jbuild.progress.BuildEvent.VertexStarted;
import dev.jbuild.progress.BuildEvent.VertexTransfer;
import dev.jbuild.progress.BuildEvent.VertexWarning;
import dev.jbuild.progress.StepSummary;
import dev.jbuild.progress.StepUsage;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** Progress for programs: a JSON object a line, in the shape of BuildKit's SolveStatus. */
final class RawJsonProgress implements ProgressView {
    private final ObjectMapper mapper = new ObjectMapper();
    private final PrintStream out;
    private final Map<String, VertexStarted> running = new HashMap<>();
    private final Map<String, Instant> transfers = new HashMap<>();

    RawJsonProgress(PrintStream out) {
        this.out = out;
    }

    @Override
    public synchronized void accept(BuildEvent event) {
        ObjectNode line = mapper.createObjectNode();
        if (event instanceof VertexStarted started) {
            running.put(started.vertex(), started);
            vertex(line, started);
        } else if (event instanceof VertexCached cached) {
            ObjectNode json = line.putArray("vertexes").addObject();
            json.put("digest", digest(cached.vertex()));
            json.put("name", cached.name());
            json.put("started", cached.time().toString());
            json.put("completed", cached.time().toString());
            json.put("cached", true);
            cached.source().ifPresent(source -> json.put("reusedFrom", source));
        } else if (event instanceof VertexFinished finished) {
            finished(line, finished);
        } else if (event instanceof VertexOutput output) {
            ObjectNode json = line.putArray("logs").addObject();
            json.put("vertex", digest(output.vertex()));
            json.put("stream", output.stream() == Stream.STDOUT ? 1 : 2);
            json.put("data", output.bytes());
            json.put("timestamp", output.time().toString());
        } else if (event instanceof VertexTransfer transfer) {
            transfer(line, transfer);
        } else if (event instanceof VertexExplained explained) {
            ObjectNode json = line.putArray("statuses").addObject();
            json.put("id", explained.text());
            json.put("vertex", digest(explained.vertex()));
            json.put("timestamp", explained.time().toString());
            json.put("started", explained.time().toString());
            json.put("completed", explained.time().toString());
        } else if (event instanceof VertexWarning warning) {
            warning(line, warning);
        } else if (event instanceof Notice notice) {
            ObjectNode json = line.putArray("warnings").addObject();
            json.put("level", 1);
            json.put("short", notice.text().getBytes(StandardCharsets.UTF_8));
            var details = json.putArray("detail");
            notice.details().forEach(detail -> details.add(detail.getBytes(StandardCharsets.UTF_8)));
        } else if (event instanceof BuildEnded end) {
            summary(line.putObject("summary"), end);
        }
        print(line);
    }

    private static ObjectNode vertex(ObjectNode line, VertexStarted started) {
        ObjectNode json = line.putArray("vertexes").addObject();
        json.put("digest", digest(started.vertex()));
        if (!started.inputs().isEmpty()) {
            var inputs = json.putArray("inputs");
            started.inputs().forEach(input -> inputs.add(digest(input)));
        }
        json.put("name", started.name());
        json.put("started", started.time().toString());
        return json;
    }

    private void finished(ObjectNode line, VertexFinished finished) {
        VertexStarted started = running.remove(finished.vertex());
        if (started == null) {
            return;
        }
        ObjectNode json = vertex(line, started);
        json.put("completed", finished.time().toString());
        if (finished.outcome() == Outcome.CANCELLED) {
            json.put("error", "context canceled");
        } else if (finished.outcome() == Outcome.FAILED) {
            json.put("error", finished.error().orElse("failed"));
        }
        finished.usage().ifPresent(usage -> usage(json.putObject("usage"), usage));
    }

    /** BuildKit has no place for it in a vertex; its names for the numbers are those of its provenance. */
    private static void usage(ObjectNode json, StepUsage usage) {
        json.put("wallNanos", usage.wall().toNanos());
        json.put("userNanos", usage.userTime().toNanos());
        json.put("systemNanos", usage.systemTime().toNanos());
        json.put("peakBytes", usage.peakMemoryBytes());
        json.put("readBytes", usage.readBytes());
        json.put("writeBytes", usage.writtenBytes());
    }

    /** BuildKit has nothing like it; its readers pass over what they don't know. */
    private static void summary(ObjectNode json, BuildEnded end) {
        json.put("outcome", end.outcome().name().toLowerCase(Locale.ROOT));
        ArrayNode steps = json.putArray("steps");
        for (StepSummary step : end.steps()) {
            ObjectNode each = steps.addObject();
            each.put("vertex", digest(step.vertex()));
            each.put("name", step.name());
            each.put("status", step.mark().name().toLowerCase(Locale.ROOT));
            if (!step.reusedFrom().isEmpty()) {
                each.put("reusedFrom", step.reusedFrom());
            }
            if (step.ran()) {
                each.put("wallNanos", step.took().toNanos());
            }
            step.saved().ifPresent(saved -> each.put("savedNanos", saved.toNanos()));
        }
        ArrayNode path = json.putArray("criticalPath");
        end.criticalPath().forEach(vertex -> path.add(digest(vertex)));
    }

    private void transfer(ObjectNode line, VertexTransfer transfer) {
        String key = transfer.vertex() + " " + transfer.item();
        Instant started = transfers.computeIfAbsent(key, item -> transfer.time());
        ObjectNode json = line.putArray("statuses").addObject();
        json.put("id", transfer.item());
        json.put("vertex", digest(transfer.vertex()));
        json.put("current", transfer.current());
        if (transfer.total() > 0) {
            json.put("total", transfer.total());
        }
        json.put("timestamp", transfer.time().toString());
        json.put("started", started.toString());
        if (transfer.done()) {
            json.put("completed", transfer.time().toString());
            transfers.remove(key);
        }
    }

    private static void warning(ObjectNode line, VertexWarning warning) {
        ObjectNode json = line.putArray("warnings").addObject();
        json.put("vertex", digest(warning.vertex()));
        json.put("level", 1);
        json.put("short", warning.text().getBytes(StandardCharsets.UTF_8));
        json.putArray("detail").add(warning.description().getBytes(StandardCharsets.UTF_8));
        if (!warning.url().isEmpty()) {
            json.put("url", warning.url());
        }
        ObjectNode source = json.putObject("sourceInfo");
        source.put("filename", warning.source().name());
        source.put("data", warning.source().text().getBytes(StandardCharsets.UTF_8));
        source.put("language", "Dockerfile");
        ObjectNode range = json.putArray("range").addObject();
        range.putObject("start").put("line", warning.firstLine());
        range.putObject("end").put("line", warning.lastLine());
    }

    /** Readers of this format expect a digest. */
    private static String digest(String vertex) {
        return vertex.matches("sha256:[0-9a-f]{64}")
                ? vertex
                : Digest.sha256(vertex.getBytes(StandardCharsets.UTF_8)).toString();
    }

    private void print(ObjectNode line) {
        if (line.isEmpty()) {
            return;
        }
        try {
            out.println(mapper.writeValueAsString(line));
        } catch (JsonProcessingException e) {
            throw new AssertionError("a tree can always be written", e);
        }
    }

    @Override
    public synchronized void close() {
        out.flush();
    }
}
