package dev.jbuild.image;

import dev.jbuild.oci.Descriptor;
import dev.jbuild.oci.DiffId;
import dev.jbuild.oci.Digest;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.problem.UserError;
import dev.jbuild.progress.Cancellation;
import dev.jbuild.store.BlobSource;
import dev.jbuild.store.BlobStore;
import dev.jbuild.store.Store;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/**
 * The files of an image archive. Large ones go to the blob store as they come, for the document that says what they are
 * may come last; the few small documents are kept at hand.
 */
final class ArchiveFiles implements ArchivedFiles {
    private static final int LONGEST_DOCUMENT = 16 << 20;
    static final int MOST_LINKS = 16;

    private final Store store;
    private final BlobStore blobs;
    private final Map<String, byte[]> documents = new HashMap<>();
    private final Map<String, Descriptor> files = new HashMap<>();
    private final Map<String, String> links = new HashMap<>();

    ArchiveFiles(Store store) {
        this.store = store;
        this.blobs = store.blobs();
    }

    @Override
    public BlobSource blobs() {
        return blobs;
    }

    @Override
    public void put(byte[] document) throws JbuildException {
        blobs.put(document);
    }

    @Override
    public boolean hasLayer(Descriptor layer, DiffId diffId) throws JbuildException {
        return new LayerBlobs(store).has(layer, diffId);
    }

    @Override
    public Optional<byte[]> document(String name) {
        return Optional.ofNullable(documents.get(name));
    }

    @Override
    public Optional<Descriptor> file(String name) {
        String path = normal(name);
        for (int i = 0; i < MOST_LINKS && links.containsKey(path); i++) {
            path = links.get(path);
        }
        return Optional.ofNullable(files.get(path));
    }

    void readTar(InputStream in) throws IOException, JbuildException {
        TarArchiveInputStream tar = new TarArchiveInputStream(in);
        TarArchiveEntry entry = tar.getNextEntry();
        boolean any = false;
        while (entry != null) {
            any = true;
            String name = normal(entry.getName());
            if (entry.isSymbolicLink()) {
                links.put(name, normal(parent(name) + entry.getLinkName()));
            } else if (entry.isLink()) {
                links.put(name, normal(entry.getLinkName()));
            } else if (entry.isFile()) {
                add(name, entry.getSize(), tar);
            }
            entry = tar.getNextEntry();
        }
        if (!any) {
            throw new UserError("this isn't an image archive: it is empty, or no tar at all");
        }
    }

    void readLayout(Path directory, Cancellation cancellation) throws IOException, JbuildException {
        readDocument(directory, "oci-layout");
        readDocument(directory, "index.json");
        readDocument(directory, "manifest.json");
        if (documents.isEmpty()) {
            throw new UserError(directory + " isn't an OCI image layout: it has no index.json");
        }
        for (String algorithm : new String[] {"sha256", "sha512"}) {
            Path folder = directory.resolve("blobs").resolve(algorithm);
            if (Files.isDirectory(folder)) {
                readBlobs(folder, algorithm, cancellation);
            }
        }
    }

    private void readDocument(Path directory, String name) throws IOException, JbuildException {
        Path file = directory.resolve(name);
        if (Files.isRegularFile(file)) {
            try (InputStream in = Files.newInputStream(file)) {
                documents.put(name, small(name, in));
            }
        }
    }

    private void readBlobs(Path folder, String algorithm, Cancellation cancellation)
            throws IOException, JbuildException {
        try (var children = Files.newDirectoryStream(folder)) {
            for (Path child : children) {
                cancellation.throwIfCancelled();
                // Some layouts share blobs by symlinks; where they lead is the owner's business.
                if (Files.isRegularFile(child) && isHex(child.getFileName().toString())) {
                    try (InputStream in = Files.newInputStream(child)) {
                        add("blobs/" + algorithm + "/" + child.getFileName(), Files.size(child), in);
                    }
                }
            }
        }
    }

    private void add(String name, long size, InputStream content) throws IOException, JbuildException {
        Optional<Digest> digest = digest(name);
        if (digest.isPresent()) {
            addBlob(name, digest.get(), size, content);
        } else if (name.equals("oci-layout") || (name.endsWith(".json") && !name.contains("/"))) {
            byte[] bytes = small(name, content);
            documents.put(name, bytes);
            files.put(name, new Descriptor("", blobs.put(bytes), bytes.length));
        } else if (!isLegacy(name)) {
            addUnnamed(name, content);
        }
    }

    /** What very old versions of docker wrote beside each layer, and nobody reads any more. */
    private static boolean isLegacy(String name) {
        return name.endsWith("/json") || name.endsWith("/VERSION") || name.equals("repositories");
    }

    private void addBlob(String name, Digest digest, long size, InputStream content)
            throws IOException, JbuildException {
        Descriptor descriptor = new Descriptor("", digest, size);
        if (!blobs.has(digest)) {
            blobs.put(descriptor, content);
        }
        files.put(name, descriptor);
    }

    private void addUnnamed(String name, InputStream content) throws IOException, JbuildException {
        try (BlobStore.Ingest ingest = blobs.ingest()) {
            content.transferTo(ingest.output());
            files.put(name, ingest.commit(""));
        }
    }

    static byte[] small(String name, InputStream content) throws IOException, JbuildException {
        byte[] bytes = content.readNBytes(LONGEST_DOCUMENT + 1);
        if (bytes.length > LONGEST_DOCUMENT) {
            throw new UserError("the archive's " + name + " is too large");
        }
        return bytes;
    }

    static Optional<Digest> digest(String name) {
        String[] parts = name.split("/", -1);
        if (parts.length != 3 || !parts[0].equals("blobs") || !isHex(parts[2])) {
            return Optional.empty();
        }
        try {
            return Optional.of(new Digest(parts[1], parts[2]));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static boolean isHex(String text) {
        return text.matches("[0-9a-f]{64}|[0-9a-f]{128}") && text.equals(text.toLowerCase(Locale.ROOT));
    }

    static String parent(String name) {
        return name.substring(0, name.lastIndexOf('/') + 1);
    }

    /** The name without {@code .} and {@code ..}; names only tell files of the archive apart, none is ever opened. */
    static String normal(String name) {
        java.util.ArrayDeque<String> parts = new java.util.ArrayDeque<>();
        for (String part : name.split("/", -1)) {
            if (part.equals("..")) {
                parts.pollLast();
            } else if (!part.isEmpty() && !part.equals(".")) {
                parts.addLast(part);
            }
        }
        return String.join("/", parts);
    }
}
