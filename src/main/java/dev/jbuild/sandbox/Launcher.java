package dev.jbuild.sandbox;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * Starts the native program, and from the second run on a spare one in advance: it waits for its operations while the run
 * before is going on, so that nobody has to wait for its start. Safe for use by many threads.
 *
 * <p>The kernel kills a program when the thread that started it ends: spare ones are started by a thread that lives until
 * closing. One whose jbuild dies without closing reads the end of its input instead of operations, and ends.
 */
final class Launcher implements AutoCloseable {
    private final Path program;
    private int runs;
    private boolean closed;
    private @Nullable ExecutorService starter;
    private @Nullable Future<Process> spare;

    Launcher(Path program) {
        this.program = program;
    }

    Path program() {
        return program;
    }

    /** A program that reads its operations from a pipe, with pipes for its output. */
    Process start() throws IOException {
        Process ready = takeSpare();
        return ready != null ? ready : startNow();
    }

    private Process startNow() throws IOException {
        ProcessBuilder builder = new ProcessBuilder(List.of(program.toString(), "run"));
        builder.environment().clear();
        return builder.start();
    }

    private @Nullable Process takeSpare() {
        Future<Process> taken;
        synchronized (this) {
            taken = spare;
            spare = null;
        }
        Process process = taken == null ? null : await(taken);
        return process != null && process.isAlive() ? process : null;
    }

    /** Why one couldn't be started, whoever starts one itself is told. */
    private static @Nullable Process await(Future<Process> starting) {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return starting.get();
                } catch (InterruptedException e) {
                    interrupted = true;
                } catch (ExecutionException e) {
                    return null;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Says that a run has begun. From the second one on, another is expected. */
    synchronized void begun() {
        runs++;
        if (closed || runs < 2 || spare != null) {
            return;
        }
        if (starter == null) {
            starter = Executors.newSingleThreadExecutor(task -> {
                Thread thread = new Thread(task, "sandbox-starter");
                thread.setDaemon(true);
                return thread;
            });
        }
        spare = starter.submit(this::startNow);
    }

    @Override
    public void close() {
        Process left;
        synchronized (this) {
            closed = true;
        }
        left = takeSpare();
        if (left != null) {
            left.destroyForcibly().onExit().join();
        }
        synchronized (this) {
            if (starter != null) {
                starter.shutdown();
                starter = null;
            }
        }
    }
}
