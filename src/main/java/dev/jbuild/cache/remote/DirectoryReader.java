package dev.jbuild.cache.remote;

import dev.jbuild.oci.Descriptor;
import dev.jbuild.oci.Digest;
import dev.jbuild.oci.ImageIndex;
import dev.jbuild.oci.MalformedDocument;
import dev.jbuild.oci.MediaTypes;
import dev.jbuild.problem.EnvironmentError;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.problem.UserError;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** A local cache to be read. */
final class DirectoryReader implements CacheReader {
    private final CacheDirectory directory;
    private final String tag;
    /** The records of one export, by key; without one all that the tag has. */
    private final Optional<Map<Digest, Digest>> listed;

    private DirectoryReader(CacheDirectory directory, String tag, Optional<Map<Digest, Digest>> listed) {
        this.directory = directory;
        this.tag = tag;
        this.listed = listed;
    }

    static DirectoryReader open(CacheDirectory directory, String tag, Optional<Digest> digest) throws JbuildException {
        if (!Files.isDirectory(directory.root())) {
            throw new UserError("there is no directory " + directory.root());
        }
        try {
            if (digest.isPresent()) {
                return new DirectoryReader(directory, tag, Optional.of(listed(directory, digest.get())));
            }
            if (Files.isDirectory(directory.records(tag))) {
                return new DirectoryReader(directory, tag, Optional.empty());
            }
        } catch (IOException e) {
            throw new EnvironmentError("the cache " + directory.root() + " can't be read: " + e.getMessage(), e);
        }
        throw new UserError(
                Files.exists(directory.index()) && !Files.exists(directory.records())
                        ? directory.root() + " holds no cache of jbuild, though it may be one of another builder"
                        : directory.root() + " holds no cache called " + tag);
    }

    private static Map<Digest, Digest> listed(CacheDirectory directory, Digest digest)
            throws JbuildException, IOException {
        byte[] document = directory
                .document(digest)
                .orElseThrow(() -> new UserError("there is no " + digest + " in the cache " + directory.root()));
        try {
            return records(ImageIndex.parse(document, MediaTypes.OCI_INDEX));
        } catch (MalformedDocument e) {
            throw new UserError(digest + " in " + directory.root() + " is no list of a cache: " + e.getMessage(), e);
        }
    }

    /** The manifests that a list of records names, by key. */
    static Map<Digest, Digest> records(ImageIndex index) {
        Map<Digest, Digest> records = new HashMap<>();
        for (Descriptor record : index.manifests()) {
            String key = record.annotations().getOrDefault(ResultRecord.KEY, "");
            if (!key.isEmpty()) {
                records.put(Digest.parse(key), record.digest());
            }
        }
        return records;
    }

    @Override
    public Optional<ResultRecord> find(Digest key) throws JbuildException {
        try {
            Optional<Digest> pointed = listed.isPresent()
                    ? Optional.ofNullable(listed.get().get(key))
                    : CacheDirectory.follow(directory.pointer(tag, key));
            return pointed.isPresent() ? read(key, pointed.get()) : Optional.empty();
        } catch (IOException e) {
            throw new EnvironmentError("the cache " + directory.root() + " can't be read: " + e.getMessage(), e);
        }
    }

    private Optional<ResultRecord> read(Digest key, Digest manifest) throws IOException, JbuildException {
        Optional<byte[]> document = directory.document(manifest);
        if (document.isEmpty()) {
            return Optional.empty();
        }
        try {
            ResultRecord record = ResultRecord.parse(document.get());
            return record.key().equals(key) && isWhole(record) ? Optional.of(record) : Optional.empty();
        } catch (MalformedDocument e) {
            throw new UserError(directory.blob(manifest) + ": " + e.getMessage(), e);
        }
    }

    private boolean isWhole(ResultRecord record) throws IOException {
        for (Descriptor blob : record.blobs()) {
            if (directory.size(blob.digest()) != blob.size()) {
                return false;
            }
        }
        return true;
    }

    @Override
    public InputStream open(Descriptor blob) throws JbuildException {
        try {
            return Files.newInputStream(directory.blob(blob.digest()));
        } catch (IOException e) {
            throw new EnvironmentError("the cache " + directory.root() + " can't be read: " + e, e);
        }
    }

    @Override
    public void close() {}
}
