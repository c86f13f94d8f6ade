package dev.jbuild.solver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jbuild.graph.Op;
import dev.jbuild.graph.Vertex;
import dev.jbuild.problem.BuildCancelled;
import dev.jbuild.problem.UserError;
import dev.jbuild.progress.Cancellation;
import dev.jbuild.snapshot.LayerStack;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class SolverTest {
    private static final StepResult RESULT =
            new StepResult.Root(LayerStack.EMPTY, false, Optional.empty(), Optional.empty());

    @Test
    void inputsAreSolvedBeforeWhatUsesThem() throws Exception {
        Vertex a = vertex("a");
        Vertex b = vertex("b", a);
        Vertex c = vertex("c", a);
        Vertex d = vertex("d", b, c);
        List<String> order = Collections.synchronizedList(new ArrayList<>());
        Solver.StepSolver steps = (vertex, inputs, cancellation) -> {
            assertThat(inputs).hasSize(vertex.inputs().size());
            order.add(vertex.id());
            return RESULT;
        };
        new Solver(steps, 4).solve(graph(a, b, c, d), new Cancellation());
        assertThat(order).hasSize(4).startsWith("a").endsWith("d");
    }

    @Test
    void independentVerticesRunAtOnce() throws Exception {
        CountDownLatch both = new CountDownLatch(2);
        Solver.StepSolver waitsForTheOther = (vertex, inputs, cancellation) -> {
            both.countDown();
            await(both);
            return RESULT;
        };
        assertThat(new Solver(waitsForTheOther, 2).solve(graph(vertex("a"), vertex("b")), new Cancellation()))
                .hasSize(2);
    }

    @Test
    void neverMoreAtOnceThanJobs() throws Exception {
        AtomicInteger now = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        Solver.StepSolver counts = (vertex, inputs, cancellation) -> {
            most.accumulateAndGet(now.incrementAndGet(), Math::max);
            Thread.yield();
            now.decrementAndGet();
            return RESULT;
        };
        Vertex[] many = new Vertex[50];
        for (int i = 0; i < many.length; i++) {
            many[i] = vertex("v" + i);
        }
        new Solver(counts, 3).solve(graph(many), new Cancellation());
        assertThat(most.get()).isBetween(1, 3);
    }

    @Test
    void theFirstFailureStopsTheOthersAndIsTheOneThrown() {
        AtomicBoolean stopped = new AtomicBoolean();
        CountDownLatch running = new CountDownLatch(1);
        CountDownLatch woken = new CountDownLatch(1);
        Vertex fails = vertex("fails");
        Vertex never = vertex("never", fails);
        Solver.StepSolver steps = (vertex, inputs, cancellation) -> {
            if (vertex.equals(fails)) {
                await(running);
                throw new UserError("no such file");
            }
            assertThat(vertex).isNotEqualTo(never);
            cancellation.onCancel(woken::countDown);
            running.countDown();
            await(woken);
            stopped.set(true);
            throw new BuildCancelled();
        };
        List<Vertex> graph = graph(fails, vertex("other"), never);
        assertThatThrownBy(() -> new Solver(steps, 2).solve(graph, new Cancellation()))
                .isInstanceOf(UserError.class)
                .hasMessage("no such file");
        assertThat(stopped).isTrue();
    }

    @Test
    void aCancelledBuildSaysSo() {
        Cancellation cancellation = new Cancellation();
        Solver.StepSolver steps = (vertex, inputs, inner) -> {
            cancellation.cancel();
            inner.throwIfCancelled();
            return RESULT;
        };
        assertThatThrownBy(() -> new Solver(steps, 1).solve(graph(vertex("a")), cancellation))
                .isInstanceOf(BuildCancelled.class);
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static Vertex vertex(String id, Vertex... inputs) {
        return new Vertex(id, id, new Op.Context(id), List.of(inputs), Optional.empty(), false);
    }

    private static List<Vertex> graph(Vertex... vertices) {
        return List.of(vertices);
    }
}
