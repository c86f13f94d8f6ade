package dev.jbuild.engine;

import dev.jbuild.engine.BuildRequest.NamedText;
import java.util.Optional;

/** Where the Buildfile of a build is. */
public sealed interface BuildfileSource {
    /** It is known already. */
    record Given(NamedText text) implements BuildfileSource {}

    /**
     * In the context.
     *
     * @param name its path there; absent: looked up by the usual names
     */
    record InContext(Optional<String> name) implements BuildfileSource {}

    /** Behind an HTTP address. */
    record Remote(String url) implements BuildfileSource {}
}
