package dev.jbuild.context.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.jbuild.oci.Digest;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.store.BlobStore;
import dev.jbuild.store.CacheRecords;
import dev.jbuild.store.CacheRecords.About;
import dev.jbuild.store.CacheRecords.CacheRecord;
import dev.jbuild.store.CacheType;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What was downloaded from an address, and what the server said of it.
 *
 * @param etag without the mark of weakness; empty if the server gave none
 * @param lastModified as the server gave it, or empty
 */
record KnownFile(Digest content, long size, String etag, String lastModified) {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private static Digest key(String url) {
        return Digest.sha256(("http/1\n" + url).getBytes(StandardCharsets.UTF_8));
    }

    /** Whether the server can be asked if the file is still the same. */
    boolean canBeChecked() {
        return !etag.isEmpty() || !lastModified.isEmpty();
    }

    /** What was last downloaded from there, if the store still has it. */
    static Optional<KnownFile> find(String url, CacheRecords records, BlobStore blobs) throws JbuildException {
        Optional<KnownFile> known = records.find(key(url)).flatMap(found -> parse(found.body()));
        return known.filter(file -> blobs.has(file.content()));
    }

    private static Optional<KnownFile> parse(String body) {
        try {
            JsonNode json = MAPPER.readTree(body);
            return Optional.of(new KnownFile(
                    Digest.parse(json.path("content").asText()),
                    json.path("size").asLong(),
                    json.path("etag").asText(),
                    json.path("lastModified").asText()));
        } catch (JsonProcessingException | IllegalArgumentException e) {
            // A record that can't be read is none: the file is downloaded again.
            return Optional.empty();
        }
    }

    void keep(String url, Duration cost, CacheRecords records) throws JbuildException {
        ObjectNode json = MAPPER.createObjectNode();
        json.put("url", HttpAddress.shown(url));
        json.put("content", content.toString());
        json.put("size", size);
        json.put("etag", etag);
        json.put("lastModified", lastModified);
        About about = new About(CacheType.SOURCE_HTTP, HttpAddress.shown(url), cost);
        records.put(new CacheRecord(key(url), json.toString(), List.of(), List.of(content), about));
    }
}
