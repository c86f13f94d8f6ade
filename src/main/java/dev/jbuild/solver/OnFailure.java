package dev.jbuild.solver;

import dev.jbuild.graph.Op;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.snapshot.LayerStack;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What is done with the files of a RUN step that failed.
 *
 * @param collections what is taken out of them
 * @param keep whether they are to stay
 * @param terminal where somebody may look around in them
 */
public record OnFailure(List<Collection> collections, boolean keep, Optional<Terminal> terminal) {
    public static final OnFailure NOTHING = new OnFailure(List.of(), false, Optional.empty());

    public OnFailure {
        collections = List.copyOf(collections);
    }

    /**
     * Files to be copied to this machine.
     *
     * @param pattern of their paths, absolute or relative to the step's working directory
     * @param directory where to
     */
    public record Collection(String pattern, Path directory) {}

    /** The user's terminal. Safe for use by many threads. */
    @FunctionalInterface
    public interface Terminal {
        /**
         * Lends the terminal, unless another step has it or had it.
         *
         * @param reason for people
         */
        void lend(String reason, Use use) throws JbuildException;

        /** What has the terminal meanwhile. */
        @FunctionalInterface
        interface Use {
            void run() throws JbuildException;
        }
    }

    /** Keeps root file systems of failed steps. */
    @FunctionalInterface
    public interface Keeper {
        /** Returns what the user may call what was kept. */
        String keep(LayerStack root, Op.Run op) throws JbuildException;
    }
}
