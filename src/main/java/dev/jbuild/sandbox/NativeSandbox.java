package dev.jbuild.sandbox;

import dev.jbuild.problem.EnvironmentError;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.progress.Cancellation;
import java.nio.file.Path;

/** Runs processes through the native program {@code jbuild-sandbox}. Safe for use by many threads. */
public final class NativeSandbox implements Sandbox {
    private final Path program;
    private final Path scratch;

    /**
     * @param program the {@code jbuild-sandbox} executable
     * @param scratch where each run keeps its small files, best on the file system of the layers; made when missing
     */
    public NativeSandbox(Path program, Path scratch) {
        this.program = program.toAbsolutePath();
        this.scratch = scratch.toAbsolutePath();
    }

    @Override
    public RunResult run(RunSpec spec, Output output, Cancellation cancellation) throws JbuildException {
        cancellation.throwIfCancelled();
        throw new EnvironmentError("cannot run %s in %s yet".formatted(program, scratch));
    }
}
