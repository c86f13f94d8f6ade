package dev.jbuild.sandbox;

import dev.jbuild.problem.BuildCancelled;
import dev.jbuild.progress.Cancellation;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/**
 * One run of the native program.
 *
 * <p>The kernel kills the program when the thread that started it ends: that thread waits for it, or is the launcher's.
 */
final class Launch {
    private static final int BUFFER = 1 << 16;
    private static final long PATIENCE_SECONDS = 1;

    private final Optional<Launcher> launcher;
    private final List<String> call;
    private final boolean interactive;
    private final boolean terminal;
    private final RunDirectory files;
    private final Sandbox.Output output;

    Launch(Launcher launcher, RunSpec spec, RunDirectory files, Sandbox.Output output) {
        this.launcher = Optional.of(launcher);
        this.call = List.of(launcher.program().toString(), "run");
        this.interactive = spec.interactive();
        this.terminal = spec.terminal();
        this.files = files;
        this.output = output;
    }

    /** @param call the program and its arguments, but the file of operations */
    Launch(List<String> call, boolean interactive, boolean terminal, RunDirectory files, Sandbox.Output output) {
        this.launcher = Optional.empty();
        this.call = List.copyOf(call);
        this.interactive = interactive;
        this.terminal = terminal;
        this.files = files;
        this.output = output;
    }

    /** Returns the exit status of the program, which has ended then, and with it the whole sandbox. */
    int run(byte[] operations, Cancellation cancellation) throws IOException, BuildCancelled {
        boolean attached = interactive || terminal || launcher.isEmpty();
        Process process = attached ? startAttached(operations) : launcher.get().start();
        output.launched(process.pid());
        Cancellation.Registration registration = cancellation.onCancel(() -> stop(process));
        try {
            if (!interactive) {
                send(operations, process.getOutputStream());
            }
            launcher.ifPresent(Launcher::begun);
            int status = terminal ? await(process) : pumpAndAwait(process);
            cancellation.throwIfCancelled();
            return status;
        } finally {
            registration.close();
            end(process);
        }
    }

    /** With streams of this process. */
    private Process startAttached(byte[] operations) throws IOException {
        List<String> command = new ArrayList<>(call);
        if (interactive) {
            Files.write(files.operations(), operations);
            command.add(files.operations().toString());
        }
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().clear();
        if (interactive) {
            builder.redirectInput(Redirect.INHERIT);
        }
        if (terminal) {
            builder.redirectOutput(Redirect.INHERIT).redirectError(Redirect.INHERIT);
        }
        return builder.start();
    }

    /** If the program is gone already, its report tells why. */
    private static void send(byte[] operations, OutputStream stdin) {
        try (stdin) {
            stdin.write(operations);
        } catch (IOException ignored) {
            // told by the report
        }
    }

    /**
     * Asks the program to end, which kills the command and waits for all of it to be gone; insists if it doesn't. By its
     * handle, as {@link Process#destroy} would close the streams under those who read them.
     */
    private static void stop(Process process) {
        ProcessHandle handle = process.toHandle();
        handle.destroy();
        Executor later = CompletableFuture.delayedExecutor(PATIENCE_SECONDS, TimeUnit.SECONDS);
        later.execute(handle::destroyForcibly);
    }

    /** After a failure: waits for all of it to be gone. */
    private static void end(Process process) {
        if (process.isAlive()) {
            stop(process);
            process.onExit().join();
        }
    }

    private int pumpAndAwait(Process process) throws IOException, BuildCancelled {
        CompletableFuture<Void> errors = new CompletableFuture<>();
        Thread pump = new Thread(
                () -> complete(errors, process, () -> pump(process.getErrorStream(), output::stderr)),
                "sandbox-stderr");
        pump.setDaemon(true);
        pump.start();
        pump(process.getInputStream(), output::stdout);
        join(errors);
        return await(process);
    }

    private static void join(CompletableFuture<Void> errors) throws IOException {
        try {
            errors.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof IOException cause) {
                throw cause;
            }
            throw e;
        }
    }

    private interface Receiver {
        void receive(byte[] bytes, int length);
    }

    private interface Pump {
        void run() throws IOException;
    }

    /** When one stream isn't read any more, the command must not wait for that forever. */
    private static void complete(CompletableFuture<Void> future, Process process, Pump pump) {
        try {
            pump.run();
            future.complete(null);
        } catch (IOException | RuntimeException | Error e) {
            future.completeExceptionally(e);
            stop(process);
        }
    }

    private static void pump(InputStream from, Receiver to) throws IOException {
        byte[] buffer = new byte[BUFFER];
        for (int length = from.read(buffer); length >= 0; length = from.read(buffer)) {
            to.receive(buffer, length);
        }
    }

    private static int await(Process process) throws BuildCancelled {
        try {
            return process.waitFor();
        } catch (InterruptedException e) {
            stop(process);
            Thread.currentThread().interrupt();
            throw new BuildCancelled();
        }
    }
}
