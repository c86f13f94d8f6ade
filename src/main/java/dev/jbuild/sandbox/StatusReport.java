package dev.jbuild.sandbox;

import dev.jbuild.problem.EnvironmentError;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.progress.StepUsage;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/** What the native program wrote about a run: records of a kind and its fields. */
final class StatusReport {
    private static final int EXIT_OF_FAILURE = 125;

    private Optional<SetupFailure> failure = Optional.empty();
    private Optional<RunResult> end = Optional.empty();
    private String startFailure = "";
    private int startStatus;

    /** Of a program that has told nothing. */
    static final StatusReport NOTHING = new StatusReport();

    private StatusReport() {}

    static StatusReport parse(byte[] bytes) {
        StatusReport report = new StatusReport();
        Iterator<String> words =
                List.of(new String(bytes, StandardCharsets.UTF_8).split("\0")).iterator();
        while (words.hasNext()) {
            report.read(words.next(), words);
        }
        return report;
    }

    private void read(String kind, Iterator<String> words) {
        switch (kind) {
            case "setup" -> {
                String call = words.next();
                int errno = Integer.parseInt(words.next());
                String reason = words.next();
                failure = Optional.of(new SetupFailure(call, errno, reason, words.hasNext() ? words.next() : ""));
            }
            case "exec" -> {
                startStatus = Integer.parseInt(words.next());
                startFailure = words.next();
            }
            case "exit" -> end = Optional.of(readEnd(words));
            case "" -> {}
            default -> throw new IllegalStateException("unknown record " + kind);
        }
    }

    private RunResult readEnd(Iterator<String> words) {
        int status = Integer.parseInt(words.next());
        int signal = Integer.parseInt(words.next());
        StepUsage usage = new StepUsage(
                Duration.ZERO,
                Duration.of(Long.parseLong(words.next()), ChronoUnit.MICROS),
                Duration.of(Long.parseLong(words.next()), ChronoUnit.MICROS),
                Long.parseLong(words.next()),
                Long.parseLong(words.next()),
                Long.parseLong(words.next()));
        return new RunResult(startFailure.isEmpty() ? status : startStatus, signal, startFailure, usage, 0);
    }

    /** How the start of a process that outlives this one went: of one that runs, nothing was told. */
    RunResult resultOfStart() throws JbuildException {
        return this == NOTHING ? new RunResult(0, 0, "", RunResult.NO_USAGE, 0) : result(EXIT_OF_FAILURE);
    }

    /** How a further process of a container ended, of which the monitor told the status. */
    RunResult resultOfExec(int status) throws JbuildException {
        if (failure.isPresent()) {
            throw failure.get().toException();
        }
        return new RunResult(
                startFailure.isEmpty() ? status : startStatus,
                status > 128 ? status - 128 : 0,
                startFailure,
                RunResult.NO_USAGE,
                0);
    }

    /** The call that failed, so that nothing was run. */
    Optional<SetupFailure> failure() {
        return failure;
    }

    /**
     * How the command ended.
     *
     * @param exitStatus of the native program itself
     */
    RunResult result(int exitStatus) throws JbuildException {
        if (failure.isPresent()) {
            throw failure.get().toException();
        }
        return end.orElseThrow(
                () -> new EnvironmentError(
                        "jbuild-sandbox ended with status %d before it could tell how the command did"
                                .formatted(exitStatus),
                        "it may have been killed, for example because memory was short, or the disk of the store is full or failing"));
    }
}
