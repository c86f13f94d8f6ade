package dev.jbuild.cache.remote;

import dev.jbuild.oci.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Optional;

/** Where things are in the directory of a local cache, see the package. */
record CacheDirectory(Path root) {
    /** No document of a cache is longer. */
    static final int LONGEST_DOCUMENT = 16 << 20;

    private static final int LONGEST_DIGEST = 256;

    Path index() {
        return root.resolve("index.json");
    }

    Path layout() {
        return root.resolve("oci-layout");
    }

    Path lock() {
        return root.resolve("jbuild.lock");
    }

    /** Where files are before they are whole. */
    Path ingest() {
        return root.resolve("ingest");
    }

    Path blobs() {
        return root.resolve("blobs");
    }

    Path blob(Digest digest) {
        return blobs().resolve(digest.algorithm()).resolve(digest.hex());
    }

    Path records() {
        return root.resolve("records");
    }

    Path records(String tag) {
        return records().resolve(tag);
    }

    /** The file that names the record of a key. */
    Path pointer(String tag, Digest key) {
        return records(tag).resolve(key.hex());
    }

    /**
     * What a pointer points to; nothing if it isn't there.
     *
     * @throws IOException also if it is no pointer
     */
    static Optional<Digest> follow(Path pointer) throws IOException {
        try (InputStream in = Files.newInputStream(pointer)) {
            String text = new String(in.readNBytes(LONGEST_DIGEST), StandardCharsets.US_ASCII);
            return Optional.of(Digest.parse(text.strip()));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IllegalArgumentException e) {
            throw new IOException(pointer + " is damaged", e);
        }
    }

    /**
     * A small blob, verified; nothing if it isn't there.
     *
     * @throws IOException also if it is damaged
     */
    Optional<byte[]> document(Digest digest) throws IOException {
        byte[] bytes;
        try (InputStream in = Files.newInputStream(blob(digest))) {
            bytes = in.readNBytes(LONGEST_DOCUMENT);
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
        if (!HexFormat.of().formatHex(digest.newMessageDigest().digest(bytes)).equals(digest.hex())) {
            throw new IOException("the blob " + blob(digest) + " is damaged");
        }
        return Optional.of(bytes);
    }

    /** The blob's size, or -1 if it isn't there. */
    long size(Digest digest) throws IOException {
        try {
            return Files.size(blob(digest));
        } catch (NoSuchFileException e) {
            return -1;
        }
    }
}
