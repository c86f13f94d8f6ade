package dev.jbuild.layer;

import dev.jbuild.oci.DiffId;
import dev.jbuild.oci.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * A layer's summary and index as a file: binary, versioned, with a checksum.
 *
 * <p>{@code "jbuild layer "}, a version byte and a newline; DiffID, content digest, size of the tar, number of entries;
 * the entries (see {@link IndexEncoder}); CRC-32C of all that, big-endian.
 */
public final class LayerIndexFile {
    private static final byte[] MAGIC = "jbuild layer 1\n".getBytes(StandardCharsets.US_ASCII);
    private static final int CHECKSUM = 4;
    /** No summary is longer. */
    private static final int HEAD = 256;

    /** What such a file says. */
    public record Content(LayerSummary summary, LayerIndex index) {}

    private LayerIndexFile() {}

    /** Writes the file, in place of one that is there. Not atomic: write it where nobody looks, and rename. */
    public static void write(Path file, LayerSummary summary, LayerIndex index) throws IOException {
        Files.write(file, bytes(summary, index));
    }

    /** What is in such a file. */
    public static byte[] bytes(LayerSummary summary, LayerIndex index) {
        IndexEncoder encoder = new IndexEncoder();
        encoder.raw(MAGIC, 0, MAGIC.length);
        encoder.digest(summary.diffId().digest());
        encoder.digest(summary.contentDigest());
        encoder.number(summary.tarSize());
        encoder.number(index.entries().size());
        index.entries().forEach(encoder::entry);
        byte[] body = encoder.toBytes();
        byte[] whole = Arrays.copyOf(body, body.length + CHECKSUM);
        int checksum = checksum(body, body.length);
        for (int i = 0; i < CHECKSUM; i++) {
            whole[body.length + i] = (byte) (checksum >>> (24 - 8 * i));
        }
        return whole;
    }

    private static int checksum(byte[] bytes, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, length);
        return (int) crc.getValue();
    }

    /**
     * Reads all of it.
     *
     * @throws IOException if it isn't whole, or of a newer version
     */
    public static Content read(Path file) throws IOException {
        return read(Files.readAllBytes(file), file.toString());
    }

    /**
     * Takes out what {@link #bytes} put in.
     *
     * @param name what it is called in messages
     * @throws IOException if it isn't whole, or of a newer version
     */
    public static Content read(byte[] bytes, String name) throws IOException {
        int end = bytes.length - CHECKSUM;
        verifyMagic(bytes, name);
        int said = 0;
        for (int i = Math.max(0, end); i < bytes.length; i++) {
            said = (said << 8) | (bytes[i] & 0xff);
        }
        if (end < MAGIC.length || checksum(bytes, end) != said) {
            throw new IOException("the layer index " + name + " is damaged");
        }
        IndexDecoder decoder = new IndexDecoder(bytes, MAGIC.length, end);
        LayerSummary summary = summary(decoder);
        int count = decoder.count();
        List<LayerEntry> entries = new ArrayList<>(count);
        for (int left = count; left > 0; left--) {
            entries.add(decoder.entry());
        }
        return new Content(summary, LayerIndex.ofSorted(entries));
    }

    /** Reads only what the layer is called, without verifying the checksum. */
    public static LayerSummary readSummary(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] head = in.readNBytes(HEAD);
            verifyMagic(head, file.toString());
            return summary(new IndexDecoder(head, MAGIC.length, head.length));
        }
    }

    private static void verifyMagic(byte[] bytes, String name) throws IOException {
        if (bytes.length < MAGIC.length || !Arrays.equals(bytes, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
            throw new IOException("the layer index " + name + " isn't one that this version of jbuild can read");
        }
    }

    private static LayerSummary summary(IndexDecoder decoder) throws IOException {
        Digest diffId = decoder.digest();
        Digest content = decoder.digest();
        return new LayerSummary(new DiffId(diffId), content, decoder.number());
    }
}
