package dev.jbuild.cli;

import dev.jbuild.progress.EventSink;
import java.time.Instant;

/** A rendering of build events. Closing it ends the display and prints what is left to say. */
interface ProgressView extends EventSink, AutoCloseable {
    /** Time has passed; called now and then whatever happens. */
    default void tick(Instant now) {}

    /** Prints nothing until {@link #release}, for somebody else has the terminal. */
    default void hold() {}

    /** Goes on, below what was printed meanwhile. */
    default void release() {}

    @Override
    void close();
}
