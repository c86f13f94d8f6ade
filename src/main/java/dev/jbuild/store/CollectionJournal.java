package dev.jbuild.store;

import dev.jbuild.problem.JbuildException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What collections removed from the store: the last ten thousand things, each written before it goes. */
public interface CollectionJournal {
    /**
     * One thing that was removed.
     *
     * @param cause who wanted it, such as {@code jbuild prune --all}
     */
    record Entry(Instant at, String cause, Victim victim) {}

    /** The newest entries, the newest first. */
    List<Entry> newest(int most) throws JbuildException;

    /** When a thing was last removed, by its ID: a cache record's key, the digest of a blob or layer, a directory's name. */
    Optional<Entry> find(String id) throws JbuildException;
}
