package dev.jbuild.solver;

import dev.jbuild.cache.remote.LostResult;
import dev.jbuild.graph.Vertex;
import dev.jbuild.problem.BuildCancelled;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.progress.BuildEvent;
import dev.jbuild.progress.EventSink;
import dev.jbuild.progress.StepUsage;
import dev.jbuild.sandbox.Sandbox;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;

/** Says what happens to one vertex, and keeps the end of what its process printed. */
final class StepEvents implements Sandbox.Output {
    private final Vertex vertex;
    private final EventSink sink;
    private final InstantSource clock;
    private final OutputTail tail = new OutputTail();
    private boolean started;
    /** What the processes descend from, once there are any. */
    private volatile OptionalLong launcher = OptionalLong.empty();

    private final AtomicLong outputs = new AtomicLong();
    private Optional<StepUsage> usage = Optional.empty();

    StepEvents(Vertex vertex, EventSink sink, InstantSource clock) {
        this.vertex = vertex;
        this.sink = sink;
        this.clock = clock;
    }

    /** Called when there is something to do, first of all if that is to wait; says so once. */
    void started() {
        if (started) {
            return;
        }
        started = true;
        sink.accept(new BuildEvent.VertexStarted(
                vertex.id(),
                vertex.name(),
                vertex.inputs().stream().map(Vertex::id).toList(),
                clock.instant()));
    }

    /**
     * The store had the result.
     *
     * @param cost how long it took to make; zero if that isn't known
     */
    void cached(Duration cost) {
        cached(Optional.empty(), Optional.of(cost).filter(known -> !known.isZero()));
    }

    /** Another cache had the result. */
    void reused(String source) {
        cached(Optional.of(source), Optional.empty());
    }

    private void cached(Optional<String> source, Optional<Duration> saved) {
        sink.accept(new BuildEvent.VertexCached(vertex.id(), vertex.name(), source, saved, clock.instant()));
    }

    void done() {
        finished(BuildEvent.Outcome.DONE, Optional.empty());
    }

    void failed(Throwable problem) {
        boolean cancelled = problem instanceof BuildCancelled || problem instanceof LostResult;
        String what = problem instanceof JbuildException known ? known.what() : problem.toString();
        finished(cancelled ? BuildEvent.Outcome.CANCELLED : BuildEvent.Outcome.FAILED, Optional.of(what));
    }

    private void finished(BuildEvent.Outcome outcome, Optional<String> error) {
        sink.accept(new BuildEvent.VertexFinished(vertex.id(), outcome, error, usage, clock.instant()));
    }

    /** Adds what the processes of one attempt used. */
    void used(StepUsage more) {
        usage = Optional.of(usage.map(before -> before.plus(more)).orElse(more));
    }

    void transfer(String item, long current, long total, boolean done) {
        sink.accept(new BuildEvent.VertexTransfer(vertex.id(), item, current, total, done, clock.instant()));
    }

    /** That somebody else runs this step, whose result may become this one's. */
    void waiting(String runner) {
        started();
        say("waiting for " + runner + " that runs this step");
    }

    /** A line of jbuild's own among what the process prints. */
    void say(String line) {
        byte[] bytes = ("jbuild: " + line + "\n").getBytes(StandardCharsets.UTF_8);
        stderr(bytes, bytes.length);
    }

    OutputTail tail() {
        return tail;
    }

    @Override
    public void stdout(byte[] bytes, int length) {
        output(BuildEvent.Stream.STDOUT, bytes, length);
    }

    @Override
    public void stderr(byte[] bytes, int length) {
        output(BuildEvent.Stream.STDERR, bytes, length);
    }

    @Override
    public void launched(long process) {
        launcher = OptionalLong.of(process);
    }

    OptionalLong launcher() {
        return launcher;
    }

    /** How often something was printed. */
    long outputs() {
        return outputs.get();
    }

    @Override
    public void notice(String text) {
        sink.accept(new BuildEvent.Notice(text, List.of(), clock.instant()));
    }

    private void output(BuildEvent.Stream stream, byte[] bytes, int length) {
        outputs.incrementAndGet();
        tail.add(bytes, length);
        ByteBuffer copy = ByteBuffer.wrap(Arrays.copyOf(bytes, length));
        sink.accept(new BuildEvent.VertexOutput(vertex.id(), stream, copy, clock.instant()));
    }
}
