package dev.jbuild.cache.remote;

import dev.jbuild.oci.Descriptor;
import dev.jbuild.oci.Digest;
import dev.jbuild.problem.JbuildException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/**
 * One cache outside the store, open to be written. Blobs come before the records that refer to them; what is written is
 * there for readers at once. Safe for use by many threads, but for the last two calls.
 */
public interface CacheWriter extends AutoCloseable {
    /** Bytes that can be read more than once. */
    @FunctionalInterface
    interface Content {
        InputStream open() throws IOException, JbuildException;
    }

    /** The record of a key, if all that it refers to is there. */
    Optional<ResultRecord> find(Digest key) throws JbuildException;

    /** Drops what of a record's blobs is damaged, as somebody found who read them. */
    void dropDamaged(ResultRecord record) throws JbuildException;

    /** Makes a blob present, verified. */
    void put(Descriptor blob, Content content) throws JbuildException;

    /** Keeps a record, in place of an older one of the same key. */
    void put(ResultRecord record) throws JbuildException;

    /** Publishes the list of what there is and, if it was asked for, drops what this writer didn't put or find. */
    void finish() throws JbuildException;

    @Override
    void close();
}
