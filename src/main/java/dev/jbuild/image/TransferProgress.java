package dev.jbuild.image;

/** Hears how far transfers are. Implementations are safe for use by many threads and never throw. */
@FunctionalInterface
public interface TransferProgress {
    TransferProgress NONE = (item, current, total, done) -> {};

    /**
     * @param item what is moved, such as {@code sha256:… extracting} or a blob's digest
     * @param current bytes done
     * @param total bytes in all, or -1 when unknown
     */
    void update(String item, long current, long total, boolean done);
}
