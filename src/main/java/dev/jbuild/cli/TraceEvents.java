package dev.jbuild.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.jbuild.progress.BuildEvent;
import dev.jbuild.progress.BuildEvent.BuildEnded;
import dev.jbuild.progress.BuildEvent.VertexCached;
import dev.jbuild.progress.BuildEvent.VertexExplained;
import dev.jbuild.progress.BuildEvent.VertexFinished;
import dev.jbuild.progress.BuildEvent.VertexStarted;
import dev.jbuild.progress.BuildEvent.VertexTransfer;
import dev.jbuild.progress.EventSink;
import dev.jbuild.progress.StepSummary;
import dev.jbuild.progress.StepUsage;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * A build in Chrome's trace event format, which browsers and profilers show as a picture: what happened at once lies in
 * lanes one above the other, those of transfers below those of steps.
 */
final class TraceEvents implements EventSink {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final int PROCESS = 1;
    /** Lanes of transfers are numbered from here on. */
    private static final int TRANSFERS = 1000;

    private final List<Span> spans = new ArrayList<>();
    private final Map<String, Span> running = new HashMap<>();
    private final Map<String, Span> moving = new LinkedHashMap<>();
    private Instant first = Instant.MAX;
    private Instant last = Instant.MIN;
    private Optional<BuildEnded> end = Optional.empty();

    /** What takes a time. */
    private static final class Span {
        final String vertex;
        final String name;
        final boolean transfer;
        final Instant began;
        Instant ended;
        final ObjectNode args = MAPPER.createObjectNode();

        Span(String vertex, String name, boolean transfer, Instant began) {
            this.vertex = vertex;
            this.name = name;
            this.transfer = transfer;
            this.began = began;
            this.ended = began;
        }

        Instant began() {
            return began;
        }
    }

    @Override
    public synchronized void accept(BuildEvent event) {
        first = event.time().isBefore(first) ? event.time() : first;
        last = event.time().isAfter(last) ? event.time() : last;
        if (event instanceof VertexStarted started) {
            running.put(started.vertex(), span(started.vertex(), started.name(), started.time()));
        } else if (event instanceof VertexCached cached) {
            cached(cached);
        } else if (event instanceof VertexFinished finished) {
            finish(finished);
        } else if (event instanceof VertexTransfer transfer) {
            move(transfer);
        } else if (event instanceof VertexExplained explained) {
            Optional.ofNullable(running.get(explained.vertex()))
                    .ifPresent(span -> span.args.put("why", explained.text()));
        } else if (event instanceof BuildEnded ended) {
            end = Optional.of(ended);
        }
    }

    private Span span(String vertex, String name, Instant time) {
        Span span = new Span(vertex, TerminalText.clean(PlainProgress.oneLine(name)), false, time);
        span.args.put("vertex", vertex);
        spans.add(span);
        return span;
    }

    private void cached(VertexCached cached) {
        // It may have waited for another build to make the result.
        Span waited = running.remove(cached.vertex());
        Span span = waited == null ? span(cached.vertex(), cached.name(), cached.time()) : waited;
        span.ended = cached.time();
        span.args.put("cached", true);
        span.args.put("status", cached.source().isPresent() ? "reused" : "cached");
        cached.source().ifPresent(source -> span.args.put("reusedFrom", source));
        cached.saved().ifPresent(saved -> span.args.put("savedMillis", saved.toMillis()));
    }

    private void finish(VertexFinished finished) {
        Span span = running.remove(finished.vertex());
        if (span == null) {
            return;
        }
        span.ended = finished.time();
        span.args.put("cached", false);
        span.args.put("status", finished.outcome().name().toLowerCase(Locale.ROOT));
        finished.error().ifPresent(error -> span.args.put("error", error));
        finished.usage().ifPresent(usage -> usage(span.args.putObject("usage"), usage));
    }

    private static void usage(ObjectNode json, StepUsage usage) {
        json.put("wallMillis", usage.wall().toMillis());
        json.put("cpuMillis", usage.cpuTime().toMillis());
        json.put("peakMemoryBytes", usage.peakMemoryBytes());
        json.put("readBytes", usage.readBytes());
        json.put("writtenBytes", usage.writtenBytes());
    }

    private void move(VertexTransfer transfer) {
        String key = transfer.vertex() + " " + transfer.item();
        Span span = moving.computeIfAbsent(key, item -> {
            Span fresh = new Span(transfer.vertex(), transfer.item(), true, transfer.time());
            spans.add(fresh);
            return fresh;
        });
        span.ended = transfer.time();
        span.args.put("bytes", transfer.current());
        span.args.put("done", transfer.done());
        if (transfer.done()) {
            moving.remove(key);
        }
    }

    /** All that was heard, as JSON; what isn't over ends now. */
    synchronized String json() {
        for (Span span : running.values()) {
            span.ended = last;
            span.args.put("status", "unfinished");
        }
        ObjectNode json = MAPPER.createObjectNode();
        ArrayNode events = json.putArray("traceEvents");
        named(events, "process_name", 0, "jbuild build");
        addLanes(events, false, 1, "steps");
        addLanes(events, true, TRANSFERS, "transfers");
        json.put("displayTimeUnit", "ms");
        ObjectNode other = json.putObject("otherData");
        if (!spans.isEmpty()) {
            other.put("started", first.toString());
        }
        end.ifPresent(build -> other.put("outcome", build.outcome().name().toLowerCase(Locale.ROOT)));
        try {
            return MAPPER.writeValueAsString(json);
        } catch (JsonProcessingException e) {
            throw new AssertionError("a tree can always be written", e);
        }
    }

    /** Puts each span into the first lane that is free when it begins. */
    private void addLanes(ArrayNode events, boolean transfers, int firstLane, String what) {
        Map<String, StepSummary> steps = end.map(BuildEnded::steps).orElse(List.of()).stream()
                .collect(Collectors.toMap(StepSummary::vertex, Function.identity()));
        Set<String> critical = new HashSet<>(end.map(BuildEnded::criticalPath).orElse(List.of()));
        List<Instant> lanes = new ArrayList<>();
        List<Span> ordered = spans.stream()
                .filter(span -> span.transfer == transfers)
                .sorted(Comparator.comparing(Span::began))
                .toList();
        for (Span span : ordered) {
            int lane = 0;
            while (lane < lanes.size() && lanes.get(lane).isAfter(span.began)) {
                lane++;
            }
            if (lane == lanes.size()) {
                lanes.add(span.ended);
                named(events, "thread_name", firstLane + lane, what + " " + (lane + 1));
            } else {
                lanes.set(lane, span.ended);
            }
            ObjectNode event = events.addObject();
            event.put("name", span.name);
            event.put("cat", category(span, steps, critical));
            event.put("ph", "X");
            event.put("pid", PROCESS);
            event.put("tid", firstLane + lane);
            event.put("ts", micros(Duration.between(first, span.began)));
            event.put("dur", micros(Duration.between(span.began, span.ended)));
            if (!transfers && critical.contains(span.vertex)) {
                span.args.put("critical", true);
            }
            event.set("args", span.args);
        }
    }

    private static String category(Span span, Map<String, StepSummary> steps, Set<String> critical) {
        if (span.transfer) {
            return "transfer";
        }
        StepSummary step = steps.get(span.vertex);
        String kind = step != null && step.counted() ? "step" : "other";
        return critical.contains(span.vertex) ? kind + ",critical" : kind;
    }

    private static void named(ArrayNode events, String what, int lane, String name) {
        ObjectNode event = events.addObject();
        event.put("name", what);
        event.put("ph", "M");
        event.put("pid", PROCESS);
        event.put("tid", lane);
        event.putObject("args").put("name", name);
    }

    private static long micros(Duration time) {
        return time.toNanos() / 1000;
    }
}
