package dev.jbuild.buildfile;

import dev.jbuild.problem.UserError;
import java.util.List;

/** The patterns of an ignore file. */
public final class IgnorePatterns {
    private final List<String> patterns;

    private IgnorePatterns(List<String> patterns) {
        this.patterns = List.copyOf(patterns);
    }

    /** Reads the text of an ignore file. */
    public static IgnorePatterns parse(String text) throws UserError {
        throw new UserError("reading ignore patterns (" + text.length() + ") is not there yet");
    }

    /** Makes a matcher of patterns that are already apart. */
    public static IgnorePatterns of(List<String> patterns) throws UserError {
        if (!patterns.isEmpty()) {
            throw new UserError("matching ignore patterns is not there yet");
        }
        return new IgnorePatterns(patterns);
    }

    /** The patterns, cleaned. */
    public List<String> patterns() {
        return patterns;
    }

    /** Whether nothing is ever ignored. */
    public boolean isEmpty() {
        return patterns.isEmpty();
    }
}
