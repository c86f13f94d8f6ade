package dev.jbuild.layer;

import dev.jbuild.oci.DiffId;
import dev.jbuild.oci.Digest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a layer's tar holds, and where in it each content stands, so that it can be looked into without being unpacked.
 *
 * @param offsets for the contents of files: where the header of an entry with this content begins, in bytes of the
 *     uncompressed tar. A hard link's file of a lower layer has none.
 */
public record IndexedTar(LayerSummary summary, LayerIndex index, Map<Digest, Long> offsets) {
    /** So many bytes of the beginning hold the summary, or as many as there are. */
    public static final int HEAD = 256;

    private static final byte[] MAGIC = "jbuild tar index 1\n".getBytes(StandardCharsets.US_ASCII);
    /** As long as the other. */
    private static final byte[] OWN_MAGIC = "jbuild tar index o\n".getBytes(StandardCharsets.US_ASCII);

    public IndexedTar {
        offsets = Map.copyOf(offsets);
    }

    /** Where the content of a file begins, if the tar has it. */
    public Optional<Long> offset(LayerEntry file) {
        return file.content().flatMap(content -> Optional.ofNullable(offsets.get(content)));
    }

    /** A tar that {@link LayerTarWriter} wrote, with the offsets that this gives. */
    public static IndexedTar of(LayerSummary summary, LayerIndex index) {
        Map<Digest, Long> offsets = new HashMap<>();
        long at = 0;
        for (LayerEntry entry : index.entries()) {
            boolean hasContent =
                    entry.type() == EntryType.FILE && entry.hardLinkTo().isEmpty();
            if (hasContent && entry.content().isPresent()) {
                offsets.putIfAbsent(entry.content().get(), at);
            }
            at += LayerTarWriter.length(entry);
        }
        return new IndexedTar(summary, index, offsets);
    }

    /** All of it as bytes: after the entries (see {@link IndexEncoder}) an offset for each of them that has a content. */
    public byte[] toBytes() {
        IndexEncoder encoder = new IndexEncoder();
        head(MAGIC, encoder);
        index.entries().forEach(encoder::entry);
        for (LayerEntry entry : index.entries()) {
            if (entry.content().isPresent()) {
                encoder.number(offset(entry).map(at -> at + 1).orElse(0L));
            }
        }
        return encoder.toBytes();
    }

    private void head(byte[] magic, IndexEncoder encoder) {
        encoder.raw(magic, 0, magic.length);
        encoder.digest(summary.diffId().digest());
        encoder.digest(summary.contentDigest());
        encoder.number(summary.tarSize());
        encoder.number(index.entries().size());
    }

    /**
     * An index as bytes without offsets, for tars that {@link LayerTarWriter} wrote: equal entries in equal places are equal
     * bytes, whatever is between them.
     */
    public static final class Parts {
        private final byte[] bytes;
        private final List<Integer> ends;

        private Parts(byte[] bytes, List<Integer> ends) {
            this.bytes = bytes;
            this.ends = List.copyOf(ends);
        }

        /** All of it, not to be changed. */
        public byte[] bytes() {
            return bytes;
        }

        /** Where what stands before the entries ends, and each of them. */
        public List<Integer> ends() {
            return ends;
        }
    }

    public Parts toParts() {
        IndexEncoder encoder = new IndexEncoder();
        List<Integer> ends = new ArrayList<>();
        head(OWN_MAGIC, encoder);
        ends.add(encoder.length());
        for (LayerEntry entry : index.entries()) {
            encoder.entry(entry);
            ends.add(encoder.length());
        }
        return new Parts(encoder.toBytes(), ends);
    }

    /**
     * Reads only what the layer is called.
     *
     * @param head the first {@link #HEAD} bytes
     * @throws IOException if it isn't that
     */
    public static LayerSummary parseSummary(byte[] head) throws IOException {
        return summary(decoder(head));
    }

    private static IndexDecoder decoder(byte[] bytes) throws IOException {
        if (!begins(bytes, MAGIC) && !begins(bytes, OWN_MAGIC)) {
            throw IndexDecoder.damaged();
        }
        return new IndexDecoder(bytes, MAGIC.length, bytes.length);
    }

    private static boolean begins(byte[] bytes, byte[] magic) {
        return bytes.length >= magic.length && Arrays.equals(bytes, 0, magic.length, magic, 0, magic.length);
    }

    private static LayerSummary summary(IndexDecoder decoder) throws IOException {
        Digest diffId = decoder.digest();
        Digest content = decoder.digest();
        return new LayerSummary(new DiffId(diffId), content, decoder.number());
    }

    /**
     * Reads what {@link #toBytes} or {@link #toParts} wrote.
     *
     * @throws IOException if it isn't that
     */
    public static IndexedTar parse(byte[] bytes) throws IOException {
        IndexDecoder decoder = decoder(bytes);
        LayerSummary summary = summary(decoder);
        int count = decoder.count();
        List<LayerEntry> entries = new ArrayList<>(count);
        for (int left = count; left > 0; left--) {
            entries.add(decoder.entry());
        }
        if (begins(bytes, OWN_MAGIC)) {
            return of(summary, LayerIndex.ofSorted(entries));
        }
        Map<Digest, Long> offsets = new HashMap<>();
        for (LayerEntry entry : entries) {
            if (entry.content().isPresent()) {
                long offset = decoder.number();
                if (offset > 0) {
                    offsets.put(entry.content().get(), offset - 1);
                }
            }
        }
        return new IndexedTar(summary, LayerIndex.ofSorted(entries), offsets);
    }
}
