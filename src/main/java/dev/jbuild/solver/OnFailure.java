package dev.jbuild.solver;

import java.nio.file.Path;
import java.util.List;

/**
 * What is done with the files of a RUN step that failed.
 *
 * @param collections what is taken out of them
 */
public record OnFailure(List<Collection> collections) {
    public static final OnFailure NOTHING = new OnFailure(List.of());

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
}
