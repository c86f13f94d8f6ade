package dev.jbuild.cli;

import dev.jbuild.progress.EventSink;
import java.time.Instant;

/** A rendering of build events. Closing it ends the display and prints what is left to say. */
interface ProgressView extends EventSink, AutoCloseable {
    /** Time has passed; called now and then whatever happens. */
    default void tick(Instant now) {}

    @Override
    void close();
}
