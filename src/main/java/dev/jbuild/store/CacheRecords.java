package dev.jbuild.store;

import dev.jbuild.oci.DiffId;
import dev.jbuild.oci.Digest;
import dev.jbuild.problem.JbuildException;
import java.util.List;
import java.util.Optional;

/** Small durable records of results by key. A record keeps the layers and blobs it lists from being collected. */
public interface CacheRecords {
    /** A result by key; {@code body} is what the owner of the key wants to know again, JSON. */
    record CacheRecord(Digest key, String body, List<DiffId> layers, List<Digest> blobs) {
        public CacheRecord {
            layers = List.copyOf(layers);
            blobs = List.copyOf(blobs);
        }
    }

    Optional<CacheRecord> find(Digest key) throws JbuildException;

    /** Keeps a record, in place of an older one of the same key. */
    void put(CacheRecord entry) throws JbuildException;
}
