package dev.jbuild.cache.remote;

import dev.jbuild.oci.Descriptor;
import dev.jbuild.oci.Digest;
import dev.jbuild.oci.ImageIndex;
import dev.jbuild.oci.ImageReference;
import dev.jbuild.oci.Manifest;
import dev.jbuild.oci.MediaTypes;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.registry.RegistryClient;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/** The records of a repository, to be written: each under a tag of its own, and in the end a list of them. */
final class RegistryWriter implements CacheWriter {
    private final RegistryClient client;
    private final ImageReference reference;
    private final RegistryReader reader;
    private final Set<Digest> there = ConcurrentHashMap.newKeySet();
    private final Map<Digest, Object> uploads = new ConcurrentHashMap<>();
    private final Map<Digest, Manifest> records = new ConcurrentHashMap<>();

    RegistryWriter(RegistryClient client, ImageReference reference) {
        this.client = client;
        this.reference = reference;
        this.reader = new RegistryReader(client, reference, Map.of());
    }

    @Override
    public Optional<ResultRecord> find(Digest key) throws JbuildException {
        Optional<ResultRecord> record = reader.find(key);
        if (record.isPresent()) {
            for (Descriptor blob : record.get().blobs()) {
                if (!has(blob)) {
                    return Optional.empty();
                }
            }
            records.put(key, record.get().toManifest());
        }
        return record;
    }

    private boolean has(Descriptor blob) throws JbuildException {
        boolean has = there.contains(blob.digest()) || client.hasBlob(blob);
        if (has) {
            there.add(blob.digest());
        }
        return has;
    }

    /** A registry verifies what it is sent. */
    @Override
    public void dropDamaged(ResultRecord record) {}

    /**
     * Records share blobs, and while one blob is sent twice at once, docker's registry may deny for a moment that it has it: who
     * comes second waits.
     */
    @Override
    public void put(Descriptor blob, Content content) throws JbuildException {
        synchronized (uploads.computeIfAbsent(blob.digest(), digest -> new Object())) {
            if (!has(blob)) {
                client.pushBlob(blob, () -> {
                    try {
                        return content.open();
                    } catch (JbuildException e) {
                        throw new IOException(e.what(), e);
                    }
                });
                there.add(blob.digest());
            }
        }
    }

    @Override
    public void put(ResultRecord record) throws JbuildException {
        Manifest manifest = record.toManifest();
        putEmpty(manifest.config());
        for (Descriptor layer : manifest.layers()) {
            putEmpty(layer);
        }
        client.pushManifest(
                RecordTags.of(reference, record.key()),
                manifest.mediaType(),
                manifest.raw().bytes());
        records.put(record.key(), manifest);
    }

    private void putEmpty(Descriptor blob) throws JbuildException {
        if (blob.size() == ResultRecord.EMPTY.length) {
            put(blob, () -> new ByteArrayInputStream(ResultRecord.EMPTY));
        }
    }

    @Override
    public void finish() throws JbuildException {
        List<Descriptor> entries = new TreeMap<>(records)
                .entrySet().stream()
                        .map(record -> record.getValue()
                                .descriptor()
                                .withAnnotation(
                                        ResultRecord.KEY, record.getKey().toString()))
                        .toList();
        ImageIndex index = ImageIndex.of(MediaTypes.OCI_INDEX, entries, Map.of(ResultRecord.LIST, "1"));
        client.pushManifest(reference, index.mediaType(), index.raw().bytes());
    }

    @Override
    public void close() {
        client.close();
    }
}
