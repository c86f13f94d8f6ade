package dev.jbuild.oci;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The exact bytes of a JSON document, with their digest. */
public final class RawJson {
    private final byte[] bytes;
    private final Digest digest;

    public RawJson(byte[] bytes) {
        this.bytes = bytes.clone();
        this.digest = Digest.sha256(bytes);
    }

    static RawJson of(JsonNode json) {
        return new RawJson(Json.write(json));
    }

    public byte[] bytes() {
        return bytes.clone();
    }

    public Digest digest() {
        return digest;
    }

    public long size() {
        return bytes.length;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof RawJson json && Arrays.equals(bytes, json.bytes);
    }

    @Override
    public int hashCode() {
        return digest.hashCode();
    }

    @Override
    public String toString() {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
