package dev.jbuild.layer;

import dev.jbuild.oci.Digest;
import java.io.IOException;
import java.io.OutputStream;
import java.security.MessageDigest;

/** Passes bytes on, counts them and computes their SHA-256. For one thread. */
public final class DigestingOutputStream extends OutputStream {
    private final OutputStream out;
    private final MessageDigest sha256 = Digest.newSha256();
    private long count;

    public DigestingOutputStream(OutputStream out) {
        this.out = out;
    }

    /** Only counts and digests. */
    public DigestingOutputStream() {
        this(OutputStream.nullOutputStream());
    }

    @Override
    public void write(int b) throws IOException {
        sha256.update((byte) b);
        out.write(b);
        count++;
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        sha256.update(bytes, offset, length);
        out.write(bytes, offset, length);
        count += length;
    }

    @Override
    public void flush() throws IOException {
        out.flush();
    }

    @Override
    public void close() throws IOException {
        out.close();
    }

    /** Bytes written so far. */
    public long count() {
        return count;
    }

    /** The digest of all that was written; ask once, at the end. */
    public Digest digest() {
        return Digest.of(sha256.digest());
    }
}
