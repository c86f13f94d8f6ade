package dev.jbuild.builds;

import dev.jbuild.builds.BuildRecord.Request;
import dev.jbuild.builds.BuildRecord.State;
import dev.jbuild.builds.FileListing.ListedFile;
import dev.jbuild.cache.CacheKey;
import dev.jbuild.graph.Vertex;
import dev.jbuild.oci.Timestamps;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.store.CollectionJournal;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/**
 * A build that is only thought of: it hears what one that runs hears, is kept nowhere, and knows what the builds before it say
 * of its steps. For one thread.
 */
public final class DraftBuild implements StepObserver {
    /** Of earlier builds. */
    private static final int LOOKED_AT = 30;

    private final BuildRecords records;
    private final Request request;
    private final Instant now;
    private final DraftSteps steps = new DraftSteps();
    private final Map<String, List<ListedFile>> lists = new HashMap<>();
    private final MissReasons reasons;
    private @Nullable List<BuildRecord> earlier;

    /** @param journal of what was removed from the store */
    public DraftBuild(BuildRecords records, CollectionJournal journal, Request request, Instant now) {
        this.records = records;
        this.request = request;
        this.now = now;
        this.reasons = new MissReasons(records, journal, lists);
    }

    /**
     * How a step went before.
     *
     * @param build where it ran, or was found in the cache
     * @param took how long it took to make its result
     * @param layer the DiffID of the layer that it made; empty for none
     */
    public record Past(BuildRecord build, Duration took, String layer) {}

    /** The steps that there are. */
    public void planned(List<Vertex> vertices) {
        steps.planned(vertices);
    }

    /** A step of the Buildfile that what is built doesn't need. */
    public void skipped(String name, int line) {
        steps.skipped(name, line);
    }

    @Override
    public void keyed(Vertex vertex, CacheKey key) {
        steps.step(vertex).keyed(key);
    }

    @Override
    public void tooOld(Vertex vertex, Instant made) {
        steps.step(vertex).tooOld = made.toString();
    }

    @Override
    public void missed(Vertex vertex, FileListing files) {
        FileLists.name(steps.step(vertex).preimage).ifPresent(name -> {
            try {
                lists.put(name, files.files());
            } catch (JbuildException e) {
                // Then it is only known that files changed, not which.
            }
        });
    }

    @Override
    public void ran(Vertex vertex, StepScene scene) {
        throw new AssertionError("nothing runs of what is only thought of");
    }

    @Override
    public void solved(Vertex vertex, String content, String layer) {
        throw new AssertionError("nothing is made of what is only thought of");
    }

    /** Why a step would run whose key is known. */
    public MissReason reason(Vertex vertex) throws JbuildException {
        return reasons.of(record(), steps.step(vertex).number);
    }

    /** How this step, or if there is none the one most like it, went when its result was last made. */
    public Optional<Past> past(Vertex vertex) throws JbuildException {
        RecordedStep step = steps.step(vertex).toStep();
        if (step.key().isEmpty()) {
            return earlier(step, MissReasons.LIKENESSES);
        }
        Optional<Past> same = earlier(step, List.of((own, other) -> own.key().equals(other.key())));
        return same.isPresent() ? same : earlier(step, MissReasons.LIKENESSES);
    }

    private Optional<Past> earlier(RecordedStep step, List<BiPredicate<RecordedStep, RecordedStep>> likenesses)
            throws JbuildException {
        for (BiPredicate<RecordedStep, RecordedStep> alike : likenesses) {
            for (BuildRecord build : earlier()) {
                Optional<Past> past = build.steps().stream()
                        .filter(other -> !other.key().isEmpty() && alike.test(step, other))
                        .flatMap(other -> took(other).map(took -> new Past(build, took, other.layer())).stream())
                        .findFirst();
                if (past.isPresent()) {
                    return past;
                }
            }
        }
        return Optional.empty();
    }

    private List<BuildRecord> earlier() throws JbuildException {
        List<BuildRecord> read = earlier;
        if (read == null) {
            read = records.before(record(), LOOKED_AT);
            earlier = read;
        }
        return read;
    }

    private static Optional<Duration> took(RecordedStep step) {
        return step.outcome() == RecordedStep.Outcome.DONE ? step.duration() : step.saved();
    }

    /** Of all chains of steps that have to wait for each other the longest, by vertex. */
    public List<String> criticalPath(Map<String, Duration> times) {
        return Summary.criticalPath(steps.recorded(), step -> times.getOrDefault(step.vertex(), Duration.ZERO)).stream()
                .map(RecordedStep::vertex)
                .toList();
    }

    private BuildRecord record() {
        return new BuildRecord(
                "", request.project(), State.RUNNING, Timestamps.format(now), "", request, "", "", steps.recorded());
    }
}
