package dev.jbuild.oci;

/** The digest of a layer's uncompressed tar, which names the layer (config.md, "Layer DiffID"). */
public record DiffId(Digest digest) implements Comparable<DiffId> {
    public static DiffId parse(String text) {
        return new DiffId(Digest.parse(text));
    }

    @Override
    public int compareTo(DiffId other) {
        return digest.compareTo(other.digest);
    }

    @Override
    public String toString() {
        return digest.toString();
    }
}
