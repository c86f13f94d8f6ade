package dev.jbuild.progress;

/** Where build events go. Implementations are safe for use by many threads and never throw. */
@FunctionalInterface
public interface EventSink {
    EventSink NONE = event -> {};

    void accept(BuildEvent event);
}
