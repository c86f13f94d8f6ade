package dev.jbuild.store;

/** Keeps what one build or transfer uses from being collected, until closed or until its process is gone. */
public interface Lease extends AutoCloseable {
    @Override
    void close();
}
