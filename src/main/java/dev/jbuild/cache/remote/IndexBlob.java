package dev.jbuild.cache.remote;

import dev.jbuild.layer.LayerIndex;
import dev.jbuild.layer.LayerIndexFile;
import dev.jbuild.layer.LayerSummary;
import dev.jbuild.oci.Descriptor;
import dev.jbuild.oci.Digest;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/** The index of a layer as a blob: the store's own file of it, in gzip. */
public final class IndexBlob {
    private static final int LARGEST = 512 << 20;

    private final byte[] bytes;

    private IndexBlob(byte[] bytes) {
        this.bytes = bytes;
    }

    public static IndexBlob of(LayerSummary summary, LayerIndex index) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(LayerIndexFile.bytes(summary, index));
        } catch (IOException e) {
            throw new AssertionError("writing to memory can't fail", e);
        }
        return new IndexBlob(out.toByteArray());
    }

    public Descriptor descriptor() {
        return new Descriptor(ResultRecord.INDEX_TYPE, Digest.sha256(bytes), bytes.length);
    }

    byte[] bytes() {
        return bytes.clone();
    }

    public InputStream open() {
        return new ByteArrayInputStream(bytes);
    }

    /** @throws IOException if it isn't what {@code blob} describes, or is of another layer */
    static LayerIndex read(Descriptor blob, InputStream in, LayerSummary expected) throws IOException {
        if (blob.size() > LARGEST) {
            throw new IOException("the index of a layer is too large: " + blob.size() + " bytes");
        }
        byte[] bytes = in.readNBytes((int) blob.size());
        if (!Digest.sha256(bytes).equals(blob.digest())) {
            throw new IOException("the index " + blob.digest() + " is damaged");
        }
        byte[] plain;
        try (GZIPInputStream gzip = new GZIPInputStream(new ByteArrayInputStream(bytes))) {
            plain = gzip.readNBytes(LARGEST);
        }
        LayerIndexFile.Content content =
                LayerIndexFile.read(plain, blob.digest().toString());
        if (!content.summary().equals(expected)) {
            throw new IOException("the index " + blob.digest() + " is of another layer");
        }
        return content.index();
    }
}
