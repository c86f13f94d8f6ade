package dev.jbuild.buildfile;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What the linter needs to know that does not stand in the Buildfile. */
public interface LintSurroundings {
    /** The predefined arguments, such as {@code TARGETPLATFORM}. */
    Map<String, String> predefined();

    /** The arguments given on the command line. */
    Map<String, String> buildArgs();

    /** The context's ignore patterns, if it has any. */
    Optional<IgnorePatterns> ignorePatterns();

    /** Whether a text is the name of an image. */
    boolean isImageName(String text);

    /** Operating system and architecture of a platform as written; absent when it is none. */
    Optional<List<String>> platform(String text);

    /** What is known of a base image; {@code scratch} is asked for, too. */
    Base base(String image);

    /**
     * A base image.
     *
     * @param environment its variables
     * @param hasShell whether it sets a shell
     * @param platform the one it turned out to have; absent when not known
     */
    record Base(Map<String, String> environment, boolean hasShell, Optional<String> platform) {
        public Base {
            environment = Map.copyOf(environment);
        }
    }
}
