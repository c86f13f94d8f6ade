package dev.jbuild.image;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.jbuild.image.ImageLoader.ArchivedImage;
import dev.jbuild.layer.Compression;
import dev.jbuild.oci.Descriptor;
import dev.jbuild.oci.DiffId;
import dev.jbuild.oci.Digest;
import dev.jbuild.oci.ImageConfig;
import dev.jbuild.oci.ImageIndex;
import dev.jbuild.oci.ImageReference;
import dev.jbuild.oci.MalformedDocument;
import dev.jbuild.oci.Manifest;
import dev.jbuild.oci.MediaTypes;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.problem.UserError;
import dev.jbuild.store.BlobSource;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Understands the documents of an archive: the index of an OCI layout, or docker's {@code manifest.json}. */
final class ArchiveContents {
    private final ArchivedFiles files;
    private final BlobSource blobs;
    private final Documents documents;

    ArchiveContents(ArchivedFiles files) {
        this.files = files;
        this.blobs = files.blobs();
        this.documents = new Documents(blobs);
    }

    List<ArchivedImage> images() throws JbuildException {
        Optional<byte[]> index = files.document("index.json");
        if (index.isPresent()) {
            List<ArchivedImage> images = ofLayout(index.get());
            if (!images.isEmpty()) {
                return images;
            }
        }
        Optional<byte[]> manifest = files.document("manifest.json");
        if (manifest.isPresent()) {
            return ofDocker(manifest.get());
        }
        throw new UserError("this isn't an image archive: it has neither index.json nor manifest.json");
    }

    private List<ArchivedImage> ofLayout(byte[] document) throws JbuildException {
        ImageIndex index;
        try {
            index = ImageIndex.parse(document, MediaTypes.OCI_INDEX);
        } catch (MalformedDocument e) {
            throw new UserError("the archive's index.json is malformed: " + e.getMessage(), e);
        }
        Map<Digest, Descriptor> targets = new LinkedHashMap<>();
        Map<Digest, Set<ImageReference>> names = new LinkedHashMap<>();
        for (Descriptor entry : index.manifests()) {
            Optional<Descriptor> target = target(entry);
            if (target.isPresent()) {
                targets.putIfAbsent(entry.digest(), target.get());
                Set<ImageReference> own = names.computeIfAbsent(entry.digest(), key -> new LinkedHashSet<>());
                name(entry).ifPresent(own::add);
            }
        }
        addDockerTags(targets, names);
        List<ArchivedImage> images = new ArrayList<>();
        targets.forEach((digest, target) ->
                images.add(new ArchivedImage(target, List.copyOf(names.getOrDefault(digest, Set.of())))));
        return images;
    }

    /** What an entry stands for, if it and a whole image behind it are there; artifacts aren't images. */
    private Optional<Descriptor> target(Descriptor entry) throws JbuildException {
        if (!blobs.has(entry.digest())) {
            throw new UserError("the archive names the blob " + entry.digest() + " but doesn't hold it");
        }
        Descriptor target = Documents.describe(blobs.read(entry.digest()), entry.mediaType());
        for (Descriptor manifest : documents.manifests(target)) {
            if (blobs.has(manifest.digest())) {
                Manifest read = documents.manifest(manifest);
                if (Documents.isImageConfig(read.config())) {
                    checkWhole(read);
                    return Optional.of(target);
                }
            }
        }
        return Optional.empty();
    }

    private void checkWhole(Manifest manifest) throws JbuildException {
        if (!blobs.has(manifest.config().digest())) {
            throw new UserError(
                    "the archive lacks the configuration " + manifest.config().digest());
        }
        checkSize(manifest.config());
        ImageConfig config = documents.config(manifest);
        for (int i = 0; i < manifest.layers().size(); i++) {
            Descriptor layer = manifest.layers().get(i);
            Puller.checkType(layer);
            checkSize(layer);
            if (!files.hasLayer(layer, config.diffIds().get(i))) {
                throw new UserError("the archive lacks the layer " + layer.digest());
            }
        }
    }

    private void checkSize(Descriptor descriptor) throws UserError {
        Optional<Long> size = blobs.size(descriptor.digest());
        if (size.isPresent() && size.get() != descriptor.size()) {
            throw new UserError("the archive's blob " + descriptor.digest() + " has " + size.get()
                    + " bytes, but what names it says " + descriptor.size());
        }
    }

    private static Optional<ImageReference> name(Descriptor entry) {
        String full = entry.annotations().getOrDefault(ImageArchive.CONTAINERD_NAME, "");
        if (!full.isEmpty()) {
            return Names.parse(full);
        }
        // Many tools put a bare tag here, which names no image.
        String reference = entry.annotations().getOrDefault(ImageArchive.REF_NAME, "");
        boolean named = reference.contains(":") || reference.contains("/");
        return named ? Names.parse(reference) : Optional.empty();
    }

    private void addDockerTags(Map<Digest, Descriptor> targets, Map<Digest, Set<ImageReference>> names)
            throws JbuildException {
        Optional<byte[]> document = files.document("manifest.json");
        if (document.isEmpty()) {
            return;
        }
        Map<Digest, Set<ImageReference>> byConfig = new LinkedHashMap<>();
        for (JsonNode entry : json(document.get())) {
            Optional<Descriptor> config = files.file(entry.path("Config").asText(""));
            if (config.isPresent()) {
                byConfig.computeIfAbsent(config.get().digest(), key -> new LinkedHashSet<>())
                        .addAll(tags(entry));
            }
        }
        for (Map.Entry<Digest, Descriptor> target : targets.entrySet()) {
            Optional<LocalImage> image = documents.anyImage(target.getValue());
            if (image.isPresent()) {
                names.computeIfAbsent(target.getKey(), key -> new LinkedHashSet<>())
                        .addAll(byConfig.getOrDefault(image.get().id(), Set.of()));
            }
        }
    }

    private static JsonNode json(byte[] document) throws JbuildException {
        try {
            JsonNode json = new ObjectMapper().readTree(document);
            if (json.isArray()) {
                return json;
            }
        } catch (IOException e) {
            throw new UserError("the archive's manifest.json is malformed: " + e.getMessage(), e);
        }
        throw new UserError("the archive's manifest.json isn't a list");
    }

    private static List<ImageReference> tags(JsonNode entry) {
        List<ImageReference> tags = new ArrayList<>();
        for (JsonNode tag : entry.path("RepoTags")) {
            Names.parse(tag.asText("")).ifPresent(tags::add);
        }
        return tags;
    }

    private List<ArchivedImage> ofDocker(byte[] document) throws JbuildException {
        Map<Digest, ArchivedImage> images = new LinkedHashMap<>();
        for (JsonNode entry : json(document)) {
            Manifest manifest = manifest(entry);
            Descriptor target = manifest.descriptor();
            List<ImageReference> names = new ArrayList<>(tags(entry));
            ArchivedImage before = images.get(target.digest());
            if (before != null) {
                names.addAll(0, before.names());
            }
            images.put(target.digest(), new ArchivedImage(target, names));
        }
        return List.copyOf(images.values());
    }

    /** Such archives have no manifest in the OCI sense, so one is made. */
    private Manifest manifest(JsonNode entry) throws JbuildException {
        Descriptor configFile = file(entry.path("Config").asText(""));
        Descriptor config = new Descriptor(MediaTypes.OCI_CONFIG, configFile.digest(), configFile.size());
        ImageConfig parsed = config(configFile);
        List<Descriptor> layers = new ArrayList<>();
        for (JsonNode layer : entry.path("Layers")) {
            layers.add(file(layer.asText("")));
        }
        if (layers.size() != parsed.diffIds().size()) {
            throw new UserError("the archive gives image " + config.digest() + " " + layers.size()
                    + " layers, but its configuration has " + parsed.diffIds().size());
        }
        List<Descriptor> typed = new ArrayList<>();
        for (int i = 0; i < layers.size(); i++) {
            typed.add(typed(layers.get(i), parsed.diffIds().get(i)));
        }
        Manifest manifest = Manifest.of(MediaTypes.OCI_MANIFEST, config, typed, Map.of());
        files.put(manifest.raw().bytes());
        return manifest;
    }

    private ImageConfig config(Descriptor file) throws JbuildException {
        try {
            return ImageConfig.parse(blobs.read(file.digest()));
        } catch (MalformedDocument e) {
            throw new UserError("the archive's configuration " + file.digest() + " is malformed: " + e.getMessage(), e);
        }
    }

    private Descriptor file(String name) throws JbuildException {
        return files.file(name)
                .orElseThrow(() -> new UserError("the archive names the file \"" + name + "\" but doesn't hold it"));
    }

    private Descriptor typed(Descriptor layer, DiffId diffId) throws JbuildException {
        Compression compression = compression(layer);
        if (compression == Compression.NONE && !layer.digest().equals(diffId.digest())) {
            throw new UserError(
                    "a layer of the archive is damaged: it should be " + diffId + " but is " + layer.digest());
        }
        String type = compression
                .ociLayerType()
                .orElseThrow(() -> new UserError("a layer of the archive is compressed by " + compression));
        return new Descriptor(type, layer.digest(), layer.size());
    }

    private Compression compression(Descriptor layer) throws JbuildException {
        try (InputStream in = blobs.open(layer.digest())) {
            byte[] start = in.readNBytes(Compression.MAGIC_LENGTH);
            return Compression.detect(start, start.length);
        } catch (IOException e) {
            throw new UserError("a layer of the archive can't be read: " + e.getMessage(), e);
        }
    }
}
