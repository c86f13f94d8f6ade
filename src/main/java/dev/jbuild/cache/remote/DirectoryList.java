package dev.jbuild.cache.remote;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.jbuild.oci.Descriptor;
import dev.jbuild.oci.Digest;
import dev.jbuild.oci.ImageIndex;
import dev.jbuild.oci.MalformedDocument;
import dev.jbuild.oci.MediaTypes;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** What the directory of a local cache holds: lists it and drops what isn't needed. For whoever holds its lock. */
final class DirectoryList {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final String NAME = "org.opencontainers.image.ref.name";

    private final CacheDirectory directory;
    private final String tag;

    DirectoryList(CacheDirectory directory, String tag) {
        this.directory = directory;
        this.tag = tag;
    }

    private static List<Path> files(Path directory) throws IOException {
        List<Path> files = new ArrayList<>();
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory)) {
            stream.forEach(files::add);
        } catch (NoSuchFileException e) {
            return List.of();
        }
        return files;
    }

    /** Drops the records of this tag that weren't used since. */
    void dropRecords(Instant since) throws IOException {
        dropOld(files(directory.records(tag)), since);
    }

    private static void dropOld(List<Path> files, Instant since) throws IOException {
        for (Path file : files) {
            if (Files.isRegularFile(file)
                    && Files.getLastModifiedTime(file).toInstant().isBefore(since)) {
                Files.deleteIfExists(file);
            }
        }
    }

    /** An index of all records of this tag. */
    byte[] records() throws IOException {
        List<Descriptor> records = new ArrayList<>();
        for (Path pointer : new TreeSet<>(files(directory.records(tag)))) {
            Optional<Digest> manifest = pointed(pointer);
            if (manifest.isPresent() && directory.size(manifest.get()) > 0) {
                records.add(new Descriptor(MediaTypes.OCI_MANIFEST, manifest.get(), directory.size(manifest.get()))
                        .withAnnotation(ResultRecord.KEY, "sha256:" + pointer.getFileName()));
            }
        }
        return ImageIndex.of(MediaTypes.OCI_INDEX, records, Map.of(ResultRecord.LIST, "1"))
                .raw()
                .bytes();
    }

    private static Optional<Digest> pointed(Path pointer) {
        try {
            return CacheDirectory.follow(pointer);
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** The layout's index.json, in which this tag has this list. What else it lists stays. */
    byte[] indexWith(byte[] records) throws IOException {
        List<Descriptor> entries = new ArrayList<>();
        for (Descriptor entry : entries()) {
            boolean old = entry.annotations().containsKey(ResultRecord.LIST)
                    && entry.annotations().getOrDefault(NAME, "").equals(tag);
            if (!old) {
                entries.add(entry);
            }
        }
        entries.add(new Descriptor(MediaTypes.OCI_INDEX, Digest.sha256(records), records.length)
                .withAnnotation(NAME, tag)
                .withAnnotation(ResultRecord.LIST, "1"));
        return ImageIndex.of(MediaTypes.OCI_INDEX, entries, Map.of()).raw().bytes();
    }

    private List<Descriptor> entries() throws IOException {
        try {
            return ImageIndex.parse(Files.readAllBytes(directory.index()), MediaTypes.OCI_INDEX)
                    .manifests();
        } catch (NoSuchFileException | MalformedDocument e) {
            return List.of();
        }
    }

    /** Drops the blobs that nothing refers to and that weren't used since, and what killed writers left. */
    void dropBlobs(Instant since) throws IOException {
        Set<String> used = new HashSet<>();
        for (Descriptor entry : entries()) {
            mark(entry.digest(), used);
        }
        for (Path cache : files(directory.records())) {
            for (Path pointer : files(cache)) {
                Optional<Digest> manifest = pointed(pointer);
                if (manifest.isPresent()) {
                    mark(manifest.get(), used);
                }
            }
        }
        for (Path algorithm : files(directory.blobs())) {
            List<Path> blobs = files(algorithm);
            blobs.removeIf(blob -> used.contains(algorithm.getFileName() + ":" + blob.getFileName()));
            dropOld(blobs, since);
        }
        dropOld(files(directory.ingest()), since);
    }

    /** Marks a blob and, if it is a document, whatever it refers to, be it of jbuild or not. */
    private void mark(Digest digest, Set<String> used) throws IOException {
        long size = directory.size(digest);
        if (!used.add(digest.toString()) || size < 0 || size > CacheDirectory.LONGEST_DOCUMENT) {
            return;
        }
        JsonNode json = json(directory.blob(digest));
        for (String list : List.of("manifests", "layers", "blobs")) {
            for (JsonNode descriptor : json.path(list)) {
                markNamed(descriptor, used);
            }
        }
        markNamed(json.path("config"), used);
        markNamed(json.path("subject"), used);
    }

    private void markNamed(JsonNode descriptor, Set<String> used) throws IOException {
        String digest = descriptor.path("digest").asText("");
        try {
            if (!digest.isEmpty()) {
                mark(Digest.parse(digest), used);
            }
        } catch (IllegalArgumentException e) {
            // Names no blob.
        }
    }

    private static JsonNode json(Path blob) throws IOException {
        try (var in = Files.newInputStream(blob)) {
            if (in.read() != '{') {
                return MAPPER.createObjectNode();
            }
        }
        try {
            return MAPPER.readTree(Files.readAllBytes(blob));
        } catch (JsonProcessingException e) {
            return MAPPER.createObjectNode();
        }
    }
}
