package dev.jbuild.cache.remote;

import dev.jbuild.oci.Descriptor;
import dev.jbuild.oci.Digest;
import dev.jbuild.oci.ImageIndex;
import dev.jbuild.oci.ImageReference;
import dev.jbuild.oci.MalformedDocument;
import dev.jbuild.oci.Manifest;
import dev.jbuild.oci.MediaTypes;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.problem.RemoteError;
import dev.jbuild.problem.UserError;
import dev.jbuild.registry.RegistryClient;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/** Finds out what kind of cache a reference to a registry means: a list of records, or an image that carries some. */
final class RegistryCaches {
    private static final int LONGEST_CONFIG = 16 << 20;

    private final RegistryClient client;
    private final ImageReference reference;

    RegistryCaches(RegistryClient client, ImageReference reference) {
        this.client = client;
        this.reference = reference;
    }

    CacheReader open() throws JbuildException {
        byte[] document = client.pullManifest(reference).document().bytes();
        try {
            Optional<ImageIndex> index = index(document);
            if (index.isPresent() && index.get().annotations().containsKey(ResultRecord.LIST)) {
                return new RegistryReader(client, reference, DirectoryReader.records(index.get()));
            }
            InlineRecords records = new InlineRecords();
            if (index.isEmpty()) {
                read(Manifest.parse(document, MediaTypes.OCI_MANIFEST), records);
            } else {
                for (Descriptor entry : index.get().manifests()) {
                    if (MediaTypes.isManifest(entry.mediaType())) {
                        byte[] image = client.pullManifest(RecordTags.exact(reference, entry.digest()))
                                .document()
                                .bytes();
                        read(Manifest.parse(image, entry.mediaType()), records);
                    }
                }
            }
            return new Inline(client, records);
        } catch (MalformedDocument | IllegalArgumentException e) {
            throw new UserError(reference.familiar() + ": " + e.getMessage(), e);
        }
    }

    private static Optional<ImageIndex> index(byte[] document) {
        try {
            return Optional.of(ImageIndex.parse(document, MediaTypes.OCI_INDEX));
        } catch (MalformedDocument e) {
            return Optional.empty();
        }
    }

    /** What is no image, or an image with the cache of another builder, carries nothing. */
    private void read(Manifest manifest, InlineRecords records) throws JbuildException, MalformedDocument {
        Descriptor config = manifest.config();
        boolean image = config.mediaType().equals(MediaTypes.OCI_CONFIG)
                || config.mediaType().equals(MediaTypes.DOCKER_CONFIG);
        if (!image || config.size() > LONGEST_CONFIG) {
            return;
        }
        try (InputStream in = client.pullBlob(config)) {
            byte[] bytes = in.readNBytes((int) config.size());
            if (!Digest.sha256(bytes).equals(config.digest())) {
                throw new RemoteError("the configuration of " + reference.familiar() + " has another digest");
            }
            records.read(bytes, manifest);
        } catch (IOException e) {
            throw new RemoteError("the configuration of " + reference.familiar() + " can't be read: " + e, e);
        }
    }

    /** An image that carries records. */
    private record Inline(RegistryClient client, InlineRecords records) implements CacheReader {
        @Override
        public Optional<ResultRecord> find(Digest key) {
            return records.find(key);
        }

        @Override
        public InputStream open(Descriptor blob) throws JbuildException {
            Optional<InputStream> carried = records.open(blob);
            return carried.isPresent() ? carried.get() : client.pullBlob(blob);
        }

        @Override
        public void close() {
            client.close();
        }
    }
}
