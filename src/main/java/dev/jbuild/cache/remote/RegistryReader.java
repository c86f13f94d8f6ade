package dev.jbuild.cache.remote;

import dev.jbuild.oci.Descriptor;
import dev.jbuild.oci.Digest;
import dev.jbuild.oci.ImageReference;
import dev.jbuild.oci.MalformedDocument;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.problem.RemoteError;
import dev.jbuild.problem.RemoteUnavailable;
import dev.jbuild.problem.UserError;
import dev.jbuild.registry.RegistryClient;
import java.io.InputStream;
import java.util.Map;
import java.util.Optional;

/** The records of a repository, to be read: those that the list names, then those that have a tag of their own. */
final class RegistryReader implements CacheReader {
    private final RegistryClient client;
    private final ImageReference reference;
    private final Map<Digest, Digest> listed;

    /** @param listed what the list at {@code reference} says: manifests by key */
    RegistryReader(RegistryClient client, ImageReference reference, Map<Digest, Digest> listed) {
        this.client = client;
        this.reference = reference;
        this.listed = listed;
    }

    @Override
    public Optional<ResultRecord> find(Digest key) throws JbuildException {
        Digest manifest = listed.get(key);
        if (manifest != null) {
            Optional<ResultRecord> record = read(RecordTags.exact(reference, manifest), key);
            if (record.isPresent()) {
                return record;
            }
        }
        // What is named by its digest is one export and no more.
        return reference.tag().isPresent() ? read(RecordTags.of(reference, key), key) : Optional.empty();
    }

    private Optional<ResultRecord> read(ImageReference at, Digest key) throws JbuildException {
        byte[] document;
        try {
            document = client.pullManifest(at).document().bytes();
        } catch (RemoteUnavailable e) {
            throw e;
        } catch (RemoteError e) {
            // There is none; some registries say that they deny it.
            return Optional.empty();
        }
        try {
            return Optional.of(ResultRecord.parse(document))
                    .filter(record -> record.key().equals(key));
        } catch (MalformedDocument e) {
            throw new UserError(at.familiar() + ": " + e.getMessage(), e);
        }
    }

    @Override
    public InputStream open(Descriptor blob) throws JbuildException {
        return client.pullBlob(blob);
    }

    @Override
    public void close() {
        client.close();
    }
}
