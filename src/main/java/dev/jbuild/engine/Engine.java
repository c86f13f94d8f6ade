package dev.jbuild.engine;

import dev.jbuild.problem.JbuildException;
import dev.jbuild.progress.Cancellation;
import dev.jbuild.progress.EventSink;

/** The one public entry: builds, and everything that is done with images. Safe for use by many threads. */
public final class Engine implements AutoCloseable {
    private final EngineSettings settings;

    private Engine(EngineSettings settings) {
        this.settings = settings;
    }

    /** Opens the store that the settings name. */
    public static Engine open(EngineSettings settings) throws JbuildException {
        return new Engine(settings);
    }

    /** Builds an image and delivers it to the outputs and names asked for. */
    public BuildResult build(BuildRequest request, EventSink events, Cancellation cancellation) throws JbuildException {
        cancellation.throwIfCancelled();
        throw new UnsupportedOperationException(settings + " " + request + events);
    }

    @Override
    public void close() {}
}
