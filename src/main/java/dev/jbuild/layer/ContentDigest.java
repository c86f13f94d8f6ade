package dev.jbuild.layer;

import dev.jbuild.oci.Digest;
import dev.jbuild.sys.RawPath;
import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;

/** The digest of everything in a layer but times. */
public final class ContentDigest {
    /** Changes when what is digested does. */
    private static final int VERSION = 1;

    /** That of a layer in which there is nothing. */
    public static final Digest EMPTY = of(LayerIndex.EMPTY);

    private ContentDigest() {}

    /** Equal for layers that put the same files in place, with the same owners, modes and attributes. */
    public static Digest of(LayerIndex index) {
        DigestingOutputStream digesting = new DigestingOutputStream();
        // Small writes reach the digest in lumps.
        try (DataOutputStream out = new DataOutputStream(new BufferedOutputStream(digesting, 16 * 1024))) {
            out.writeInt(VERSION);
            for (LayerEntry entry : index.entries()) {
                write(entry, out);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return digesting.digest();
    }

    private static void write(LayerEntry entry, DataOutputStream out) throws IOException {
        text(latin1(entry.path()), out);
        out.writeByte(IndexEncoder.code(entry.type()));
        out.writeInt(entry.mode());
        out.writeLong(entry.uid());
        out.writeLong(entry.gid());
        out.writeLong(entry.size());
        text(entry.linkTarget(), out);
        out.writeInt(entry.deviceMajor());
        out.writeInt(entry.deviceMinor());
        out.writeBoolean(entry.opaque());
        text(entry.content().map(Digest::toString).orElse(""), out);
        Optional<RawPath> first = entry.hardLinkTo();
        text(first.isPresent() ? latin1(first.get()) : "", out);
        out.writeInt(entry.xattrs().size());
        for (Map.Entry<String, String> xattr : entry.xattrs().entrySet()) {
            text(xattr.getKey(), out);
            text(xattr.getValue(), out);
        }
    }

    private static String latin1(RawPath path) {
        return new String(path.bytes(), StandardCharsets.ISO_8859_1);
    }

    private static void text(String value, DataOutputStream out) throws IOException {
        byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
        out.writeInt(bytes.length);
        out.write(bytes);
    }
}
