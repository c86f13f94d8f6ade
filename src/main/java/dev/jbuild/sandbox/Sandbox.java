package dev.jbuild.sandbox;

import dev.jbuild.problem.JbuildException;
import dev.jbuild.progress.Cancellation;

/** Runs one process in namespaces of its own. Safe for use by many threads. */
public interface Sandbox {
    /** Receives what a process prints, as it comes; called by one thread at a time for each stream. */
    interface Output {
        void stdout(byte[] bytes, int length);

        void stderr(byte[] bytes, int length);

        /**
         * Which process of this machine all those of the run descend from. Told before they begin, once for each time that
         * they are started.
         */
        default void launched(long process) {}

        /** Something of how processes are run that the user should know; said once, in a line. */
        void notice(String text);
    }

    /** Says that processes with a private network may soon be run, so that it is there by then. */
    void expectNetwork(NetworkMode mode);

    /**
     * Runs the process to its end.
     *
     * @throws JbuildException if it could not be started for a reason other than the command itself (kernel, permission,
     *     disk), or was cancelled: then the whole process tree is gone and all mounts with it
     */
    RunResult run(RunSpec spec, Output output, Cancellation cancellation) throws JbuildException;
}
