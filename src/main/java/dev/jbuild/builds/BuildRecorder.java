package dev.jbuild.builds;

import dev.jbuild.builds.BuildRecord.Request;
import dev.jbuild.builds.BuildRecord.State;
import dev.jbuild.builds.RecordedStep.Outcome;
import dev.jbuild.cache.CacheKey;
import dev.jbuild.graph.Vertex;
import dev.jbuild.oci.Digest;
import dev.jbuild.oci.Timestamps;
import dev.jbuild.problem.BuildCancelled;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.progress.BuildEvent;
import dev.jbuild.progress.BuildEvent.VertexCached;
import dev.jbuild.progress.BuildEvent.VertexFinished;
import dev.jbuild.progress.BuildEvent.VertexOutput;
import dev.jbuild.progress.BuildEvent.VertexStarted;
import dev.jbuild.progress.EventSink;
import dev.jbuild.store.CollectionJournal;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Records one build from its events, which it passes on, and from what the solver finds out; and says why the first steps
 * that the cache didn't have were not there. A disk that can't be written to ends the recording and not the build. Safe for
 * use by many threads.
 */
public final class BuildRecorder implements EventSink, StepObserver, AutoCloseable {
    /** More causes than these are for {@code jbuild why}. */
    private static final int MOST_REASONS = 3;

    private static final Duration BETWEEN_WRITES = Duration.ofSeconds(1);

    private final BuildRecords records;
    private final EventSink next;
    private final InstantSource clock;
    private final String id = UUID.randomUUID().toString().replace("-", "").substring(0, 12);
    private final Request request;
    private final Instant started;
    private final DraftSteps steps = new DraftSteps();
    private final Map<Integer, OutputStream> logs = new HashMap<>();
    private final MissReasons reasons;
    private BuildRecords.@Nullable Started directory;
    private Instant written;
    private int told;

    private BuildRecorder(
            BuildRecords records, CollectionJournal journal, Request request, EventSink next, InstantSource clock) {
        this.records = records;
        this.request = request;
        this.next = next;
        this.clock = clock;
        this.started = clock.instant();
        this.written = started;
        this.reasons = new MissReasons(records, journal);
    }

    /**
     * Begins to record.
     *
     * @param journal of what was removed from the store, to explain what is not there
     */
    public static BuildRecorder start(
            BuildRecords records, CollectionJournal journal, Request request, EventSink next, InstantSource clock) {
        BuildRecorder recorder = new BuildRecorder(records, journal, request, next, clock);
        recorder.begin();
        return recorder;
    }

    private synchronized void begin() {
        try {
            directory = records.start(id);
            write(State.RUNNING, "", "");
        } catch (IOException e) {
            giveUp(e);
        }
    }

    public String id() {
        return id;
    }

    /** The steps that there are, known before any of them begins. */
    public synchronized void planned(List<Vertex> vertices) {
        steps.planned(vertices);
    }

    /** A step of the Buildfile that what is built doesn't need. */
    public synchronized void skipped(String name, int line) {
        steps.skipped(name, line);
    }

    @Override
    public void accept(BuildEvent event) {
        note(event);
        next.accept(event);
    }

    private synchronized void note(BuildEvent event) {
        if (event instanceof VertexStarted begun) {
            DraftStep step = steps.step(begun.vertex(), begun.name());
            step.started = Timestamps.format(begun.time());
            step.outcome = Outcome.RUNNING;
            step.reusedFrom = "";
        } else if (event instanceof VertexCached cached) {
            cache(steps.step(cached.vertex(), cached.name()), cached);
        } else if (event instanceof VertexOutput output) {
            log(output);
        } else if (event instanceof VertexFinished finished) {
            finish(finished);
        }
    }

    /** Where something was lost the graph is solved again, and finds what was made or fetched for it before. */
    private static void cache(DraftStep step, VertexCached cached) {
        if (step.outcome == Outcome.DONE || step.outcome == Outcome.REUSED) {
            return;
        }
        step.started = Timestamps.format(cached.time());
        step.finished = step.started;
        step.outcome = cached.source().isPresent() ? Outcome.REUSED : Outcome.CACHED;
        step.reusedFrom = cached.source().orElse("");
        step.saved = cached.saved();
    }

    private void log(VertexOutput output) {
        DraftStep step = steps.find(output.vertex()).orElse(null);
        BuildRecords.Started open = directory;
        if (step == null || open == null) {
            return;
        }
        byte[] bytes = output.bytes();
        try {
            OutputStream log = logs.get(step.number);
            if (log == null) {
                log = open.log(step.number);
                logs.put(step.number, log);
            }
            log.write(bytes);
            step.logBytes += bytes.length;
        } catch (IOException e) {
            giveUp(e);
        }
    }

    private void finish(VertexFinished finished) {
        DraftStep step = steps.find(finished.vertex()).orElse(null);
        if (step == null) {
            return;
        }
        step.finished = Timestamps.format(finished.time());
        step.outcome = switch (finished.outcome()) {
            case DONE -> Outcome.DONE;
            case FAILED -> Outcome.FAILED;
            case CANCELLED -> Outcome.CANCELLED;
        };
        step.error = finished.error().orElse("");
        step.usage = finished.usage();
        OutputStream log = logs.remove(step.number);
        try {
            if (log != null) {
                log.close();
            }
            if (Duration.between(written, finished.time()).compareTo(BETWEEN_WRITES) > 0) {
                write(State.RUNNING, "", "");
                written = finished.time();
            }
        } catch (IOException e) {
            giveUp(e);
        }
    }

    @Override
    public synchronized void keyed(Vertex vertex, CacheKey key) {
        steps.step(vertex).keyed(key);
    }

    @Override
    public synchronized void tooOld(Vertex vertex, Instant made) {
        steps.step(vertex).tooOld = made.toString();
    }

    @Override
    public void missed(Vertex vertex, FileListing files) {
        Optional<String> reason;
        synchronized (this) {
            DraftStep step = steps.step(vertex);
            step.missed = true;
            keep(step, files);
            boolean consequence = vertex.inputs().stream()
                    .flatMap(input -> steps.find(input.id()).stream())
                    .anyMatch(input -> input.missed);
            if (consequence || step.ignoreCache || told == MOST_REASONS) {
                return;
            }
            reason = reason(step);
            told += reason.isPresent() ? 1 : 0;
        }
        reason.ifPresent(text -> next.accept(new BuildEvent.VertexExplained(vertex.id(), text, clock.instant())));
    }

    private void keep(DraftStep step, FileListing files) {
        Optional<String> name = FileLists.name(step.preimage);
        try {
            if (directory != null && name.isPresent() && !records.lists().has(name.get())) {
                List<FileListing.ListedFile> listed = files.files();
                if (!listed.isEmpty()) {
                    records.lists().write(name.get(), listed, directory.path());
                }
            }
        } catch (IOException e) {
            giveUp(e);
        } catch (JbuildException e) {
            // The step will meet the same, and say so.
        }
    }

    private Optional<String> reason(DraftStep step) {
        try {
            return reasons.of(record(State.RUNNING, "", ""), step.number).inOneLine();
        } catch (JbuildException e) {
            // What can't be explained is built all the same.
            return Optional.empty();
        }
    }

    @Override
    public synchronized void ran(Vertex vertex, StepScene scene) {
        try {
            if (directory != null && !scene.equals(StepScene.EMPTY)) {
                directory.write(steps.step(vertex).number, scene);
            }
        } catch (IOException e) {
            giveUp(e);
        }
    }

    @Override
    public synchronized void solved(Vertex vertex, String content, String layer) {
        DraftStep step = steps.step(vertex);
        step.content = content;
        step.layer = layer;
    }

    /** The build has its result. */
    public void succeeded(Digest image) {
        next.accept(end(State.DONE, image.toString(), ""));
    }

    /** The build ended without a result. */
    public void failed(Throwable problem) {
        String what = problem instanceof JbuildException known ? known.what() : problem.toString();
        next.accept(end(problem instanceof BuildCancelled ? State.CANCELLED : State.FAILED, "", what));
    }

    private synchronized BuildEvent end(State state, String image, String error) {
        try {
            for (OutputStream log : logs.values()) {
                log.close();
            }
            logs.clear();
            write(state, image, error);
        } catch (IOException e) {
            giveUp(e);
        }
        return Summary.of(record(state, image, error), clock.instant());
    }

    private void write(State state, String image, String error) throws IOException {
        if (directory != null) {
            directory.write(record(state, image, error));
        }
    }

    private BuildRecord record(State state, String image, String error) {
        return new BuildRecord(
                id,
                request.project(),
                state,
                Timestamps.format(started),
                state == State.RUNNING ? "" : Timestamps.format(clock.instant()),
                request,
                image,
                error,
                steps.recorded());
    }

    private void giveUp(IOException e) {
        BuildRecords.Started open = directory;
        directory = null;
        next.accept(new BuildEvent.Notice(
                "this build can't be recorded, so it can't be asked about later: " + e.getMessage(),
                List.of(),
                clock.instant()));
        close(open);
    }

    private static void close(BuildRecords.@Nullable Started open) {
        try {
            if (open != null) {
                open.close();
            }
        } catch (IOException e) {
            // The lock goes with the process.
        }
    }

    @Override
    public synchronized void close() {
        close(directory);
        directory = null;
        try {
            records.trim();
        } catch (IOException | JbuildException e) {
            // They are trimmed after another build.
        }
    }
}
