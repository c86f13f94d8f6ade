package dev.jbuild.buildfile;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What reading a Buildfile without building it needs to know that does not stand in it. */
public interface Surroundings {
    /** The predefined arguments, such as {@code TARGETPLATFORM}. */
    Map<String, String> predefined();

    /** The arguments given on the command line. */
    Map<String, String> buildArgs();

    /** The context's ignore patterns, if it has any. */
    Optional<IgnorePatterns> ignorePatterns();

    /** Whether a text is the name of an image. */
    boolean isImageName(String text);

    /** A platform as written, understood; absent when it is none. */
    Optional<PlatformName> platform(String text);

    /** The platform that the build is for. */
    PlatformName targetPlatform();

    /**
     * What is known of a base image; {@code scratch} is asked for, too.
     *
     * @param platform of the FROM line; absent: the target's
     */
    Base base(String image, Optional<String> platform);

    /**
     * A platform.
     *
     * @param text all of it in its usual form, such as {@code linux/arm/v7}
     */
    record PlatformName(String os, String architecture, String text) {
        boolean differsFrom(PlatformName other) {
            return !os.equals(other.os) || !architecture.equals(other.architecture);
        }
    }

    /**
     * A base image.
     *
     * @param environment its variables
     * @param hasShell whether it sets a shell
     * @param platform the one it turned out to have; absent when not known
     * @param triggers its ONBUILD triggers
     * @param known whether anybody looked into it; if not, what depends on it is not judged
     */
    record Base(
            Map<String, String> environment,
            boolean hasShell,
            Optional<PlatformName> platform,
            List<String> triggers,
            boolean known) {
        /** Of an image that nobody could look into. */
        public static final Base UNKNOWN = new Base(Map.of(), false, Optional.empty(), List.of(), false);

        public Base {
            environment = Map.copyOf(environment);
            triggers = List.copyOf(triggers);
        }
    }
}
