package dev.jbuild.store;

import dev.jbuild.oci.DiffId;
import dev.jbuild.oci.Digest;
import dev.jbuild.problem.JbuildException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Small durable records of results by key. A record keeps the layers and blobs it lists from being collected. */
public interface CacheRecords {
    /**
     * What a result is to those who look after the store.
     *
     * @param description for people, such as the name of a step
     * @param cost how long it took to make
     */
    record About(CacheType type, String description, Duration cost) {
        /** Of what is made quickly from other things in the store. */
        static final About DERIVED = new About(CacheType.INTERNAL, "", Duration.ZERO);
    }

    /** A result by key; {@code body} is what the owner of the key wants to know again, JSON. */
    record CacheRecord(Digest key, String body, List<DiffId> layers, List<Digest> blobs, About about) {
        public CacheRecord {
            layers = List.copyOf(layers);
            blobs = List.copyOf(blobs);
        }

        /** Of something that is made quickly from other things in the store. */
        public CacheRecord(Digest key, String body, List<DiffId> layers, List<Digest> blobs) {
            this(key, body, layers, blobs, About.DERIVED);
        }
    }

    /** Looks a result up, which counts as a use of it. */
    Optional<CacheRecord> find(Digest key) throws JbuildException;

    /** As {@link #find}, but for whoever only wants to know: it doesn't count as a use. */
    Optional<CacheRecord> peek(Digest key) throws JbuildException;

    /** Keeps a record, in place of an older one of the same key. */
    void put(CacheRecord entry) throws JbuildException;
}
