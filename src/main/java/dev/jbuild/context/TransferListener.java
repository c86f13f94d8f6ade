package dev.jbuild.context;

/** Hears how far a transfer is. */
@FunctionalInterface
public interface TransferListener {
    TransferListener NONE = (item, current, total, done) -> {};

    /**
     * @param item what is transferred, for people
     * @param current bytes done
     * @param total bytes in all, or -1 when unknown
     * @param done whether this was all
     */
    void transferred(String item, long current, long total, boolean done);
}
