package dev.jbuild.image;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.jbuild.image.ImageExporter.Export;
import dev.jbuild.oci.Descriptor;
import dev.jbuild.oci.DiffId;
import dev.jbuild.oci.Digest;
import dev.jbuild.oci.ImageIndex;
import dev.jbuild.oci.ImageReference;
import dev.jbuild.oci.MalformedDocument;
import dev.jbuild.oci.Manifest;
import dev.jbuild.oci.MediaTypes;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.problem.StoreCorrupted;
import dev.jbuild.problem.UserError;
import dev.jbuild.progress.Cancellation;
import dev.jbuild.store.Store;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * The files of an archive of images: an OCI image layout and, for docker, a {@code manifest.json} beside it that names
 * the same blobs. One archive is read by both kinds of tools.
 */
final class ImageArchive {
    static final String REF_NAME = "org.opencontainers.image.ref.name";
    static final String CONTAINERD_NAME = "io.containerd.image.name";

    private final Store store;
    private final List<Export> images;
    private final ExportOptions options;
    private final TransferProgress progress;
    private final Cancellation cancellation;
    private final LayerBlobs layers;
    private final NavigableMap<String, Blob> blobs = new TreeMap<>();
    private final List<Descriptor> entries = new ArrayList<>();
    private final List<Descriptor> kept = new ArrayList<>();
    private final ArrayNode dockerManifest = new ObjectMapper().createArrayNode();

    ImageArchive(
            Store store,
            List<Export> images,
            ExportOptions options,
            TransferProgress progress,
            Cancellation cancellation) {
        this.store = store;
        this.images = images;
        this.options = options;
        this.progress = progress;
        this.cancellation = cancellation;
        this.layers = new LayerBlobs(store);
    }

    /** A blob of the archive and how its bytes are got. */
    private record Blob(Descriptor descriptor, LayerBlobs.Writing writing) {}

    /** Keeps the images of a layout that is there already, but for those whose names are written anew. */
    void mergeWith(Path indexFile) throws IOException, JbuildException {
        if (!Files.exists(indexFile)) {
            return;
        }
        try {
            kept.addAll(ImageIndex.parse(Files.readAllBytes(indexFile), MediaTypes.OCI_INDEX)
                    .manifests());
        } catch (MalformedDocument e) {
            throw new UserError(indexFile + " isn't the index of an image layout: " + e.getMessage(), e);
        }
    }

    void write(Sink sink) throws IOException, JbuildException {
        for (Export image : images) {
            add(image);
        }
        sink.directory("blobs");
        sink.directory("blobs/sha256");
        for (Map.Entry<String, Blob> blob : blobs.entrySet()) {
            cancellation.throwIfCancelled();
            writeBlob(sink, blob.getKey(), blob.getValue());
        }
        writeDocuments(sink);
        sink.finish();
    }

    private void writeBlob(Sink sink, String name, Blob blob) throws IOException, JbuildException {
        Descriptor descriptor = blob.descriptor();
        String item = "writing " + descriptor.digest();
        sink.file(name, descriptor.size(), out -> {
            blob.writing().to(new Tracked(out, item, descriptor.size(), progress));
            progress.update(item, descriptor.size(), descriptor.size(), true);
        });
    }

    private void writeDocuments(Sink sink) throws IOException, JbuildException {
        List<Descriptor> all = new ArrayList<>(entries);
        for (Descriptor old : kept) {
            if (entries.stream().noneMatch(entry -> replaces(entry, old))) {
                all.add(old);
            }
        }
        document(
                sink,
                "index.json",
                ImageIndex.of(MediaTypes.OCI_INDEX, all, Map.of()).raw().bytes());
        if (options.type() == ExportOptions.Type.DOCKER) {
            document(sink, "manifest.json", new ObjectMapper().writeValueAsBytes(dockerManifest));
        }
        document(sink, "oci-layout", "{\"imageLayoutVersion\":\"1.0.0\"}".getBytes(StandardCharsets.UTF_8));
    }

    private static boolean replaces(Descriptor entry, Descriptor old) {
        String name = old.annotations()
                .getOrDefault(CONTAINERD_NAME, old.annotations().getOrDefault(REF_NAME, ""));
        String mine = entry.annotations().getOrDefault(CONTAINERD_NAME, "");
        String tag = entry.annotations().getOrDefault(REF_NAME, "");
        return name.isEmpty() ? old.digest().equals(entry.digest()) : name.equals(mine) || name.equals(tag);
    }

    private static void document(Sink sink, String name, byte[] bytes) throws IOException, JbuildException {
        sink.file(name, bytes.length, out -> out.write(bytes));
    }

    private void add(Export export) throws JbuildException {
        BuiltImages result = export.result();
        for (BuiltImage image : result.images()) {
            add(image.image());
        }
        if (result.index().isPresent()) {
            ImageIndex index = result.index().get();
            addBytes(index.descriptor(), index.raw().bytes());
        } else {
            addDockerManifest(export, result.images().get(0).image().manifest());
        }
        addEntries(export, result.descriptor());
    }

    private void add(LocalImage image) throws JbuildException {
        Manifest manifest = image.manifest();
        for (int i = 0; i < manifest.layers().size(); i++) {
            addLayer(manifest.layers().get(i), image.config().diffIds().get(i));
        }
        addBytes(manifest.config(), store.blobs().read(manifest.config().digest()));
        addBytes(manifest.descriptor(), manifest.raw().bytes());
    }

    private void addLayer(Descriptor layer, DiffId diffId) throws JbuildException {
        cancellation.throwIfCancelled();
        if (!layers.has(layer, diffId)) {
            throw new StoreCorrupted(
                    "layer " + layer.digest() + " isn't in the store", "pull or build the image again");
        }
        put(layer, out -> layers.copyTo(layer, diffId, out));
    }

    private void put(Descriptor descriptor, LayerBlobs.Writing writing) {
        blobs.put(path(descriptor.digest()), new Blob(descriptor, writing));
    }

    private void addBytes(Descriptor descriptor, byte[] bytes) {
        put(descriptor, out -> out.write(bytes));
    }

    private static String path(Digest digest) {
        return "blobs/" + digest.algorithm() + "/" + digest.hex();
    }

    private void addEntries(Export export, Descriptor entry) {
        if (export.names().isEmpty()) {
            entries.add(entry);
        }
        for (ImageReference name : export.names()) {
            Descriptor named = entry.withAnnotation(CONTAINERD_NAME, name.toString());
            entries.add(
                    name.tag().isPresent()
                            ? named.withAnnotation(REF_NAME, name.tag().get())
                            : named);
        }
    }

    private void addDockerManifest(Export export, Manifest manifest) {
        ObjectNode entry = dockerManifest.addObject();
        entry.put("Config", path(manifest.config().digest()));
        ArrayNode tags = entry.putArray("RepoTags");
        for (ImageReference name : export.names()) {
            if (name.tag().isPresent()) {
                tags.add(name.familiar());
            }
        }
        ArrayNode paths = entry.putArray("Layers");
        manifest.layers().forEach(layer -> paths.add(path(layer.digest())));
    }

    /** Reports bytes as they are written. */
    private static final class Tracked extends java.io.FilterOutputStream {
        private final String item;
        private final long total;
        private final TransferProgress progress;
        private long count;

        Tracked(OutputStream out, String item, long total, TransferProgress progress) {
            super(out);
            this.item = item;
            this.total = total;
            this.progress = progress;
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            out.write(bytes, offset, length);
            count += length;
            progress.update(item, count, total, false);
        }

        @Override
        public void close() throws IOException {
            flush();
        }
    }
}
