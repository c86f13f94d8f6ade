package dev.jbuild.sandbox;

import dev.jbuild.problem.BuildCancelled;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.progress.Cancellation;
import java.io.IOException;
import java.time.Duration;

/** One run of the native program, with the root file system that is made for it. */
final class RootedLaunch {
    private final Storage storage;
    private final Launcher launcher;
    private final RunSpec spec;
    private final RunDirectory files;
    private final Sandbox.Output output;

    RootedLaunch(Storage storage, Launcher launcher, RunSpec spec, RunDirectory files, Sandbox.Output output) {
        this.storage = storage;
        this.launcher = launcher;
        this.spec = spec;
        this.files = files;
        this.output = output;
    }

    /** Turns a process, with the root that it has in fact, into operations. */
    interface Operations {
        byte[] of(RunSpec spec) throws IOException, JbuildException;
    }

    /**
     * How it went.
     *
     * @param exitStatus of the native program
     * @param wall how long it ran
     */
    record Ended(int exitStatus, StatusReport report, Duration wall) {
        RunResult result() throws JbuildException {
            return report.result(exitStatus);
        }
    }

    /** Runs it to its end; once more if the root turns out to have to be made in another way here. */
    Ended run(Operations operations, Cancellation cancellation) throws IOException, JbuildException {
        Ended first = attempt(operations, cancellation);
        boolean again = first.report().failure().isPresent()
                && storage.fallBack(first.report().failure().get(), spec, output);
        return again ? attempt(operations, cancellation) : first;
    }

    private Ended attempt(Operations operations, Cancellation cancellation) throws IOException, JbuildException {
        try (PreparedRoot root = storage.prepare(spec)) {
            byte[] all = root.operations(operations.of(root.spec()));
            long start = System.nanoTime();
            int exitStatus = run(root, all, cancellation);
            Duration wall = Duration.ofNanos(System.nanoTime() - start);
            StatusReport report = StatusReport.parse(files.takeReport());
            if (report.failure().isEmpty()) {
                root.finish();
            }
            return new Ended(exitStatus, report, wall);
        }
    }

    /** What one made that took too long may still be wanted. */
    private int run(PreparedRoot root, byte[] operations, Cancellation cancellation)
            throws IOException, BuildCancelled {
        try {
            return new Launch(launcher, spec, files, output).run(operations, cancellation);
        } catch (BuildCancelled e) {
            root.finish();
            throw e;
        }
    }
}
