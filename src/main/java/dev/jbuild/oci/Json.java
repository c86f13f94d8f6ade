package dev.jbuild.oci;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** How the image model is read from and written as JSON: compact, members in the order of the specification. */
final class Json {
    private static final ObjectMapper MAPPER = new ObjectMapper(JsonFactory.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
    /** With it a document would be other bytes to who reads it as text. */
    private static final byte[] BYTE_ORDER_MARK = {(byte) 0xef, (byte) 0xbb, (byte) 0xbf};

    private Json() {}

    static ObjectNode object() {
        return MAPPER.createObjectNode();
    }

    static byte[] write(JsonNode json) {
        try {
            return MAPPER.writeValueAsBytes(json);
        } catch (JsonProcessingException e) {
            throw new AssertionError("a tree can always be written", e);
        }
    }

    static ObjectNode parseObject(byte[] bytes, String what) throws MalformedDocument {
        int mark = BYTE_ORDER_MARK.length;
        if (bytes.length >= mark && Arrays.equals(bytes, 0, mark, BYTE_ORDER_MARK, 0, mark)) {
            throw new MalformedDocument(what + ": not JSON: it begins with a byte order mark");
        }
        try {
            JsonNode json = MAPPER.readTree(bytes);
            if (!isFinite(json)) {
                throw new MalformedDocument(what + ": it holds a number that is too large");
            }
            if (json instanceof ObjectNode object) {
                return object;
            }
        } catch (IOException e) {
            throw new MalformedDocument(what + ": not JSON: " + e.getMessage(), e);
        }
        throw new MalformedDocument(what + ": not a JSON object");
    }

    /** Whether all numbers are such as can be written again. */
    private static boolean isFinite(JsonNode json) {
        if (json.isFloatingPointNumber()) {
            return Double.isFinite(json.doubleValue());
        }
        for (JsonNode child : json) {
            if (!isFinite(child)) {
                return false;
            }
        }
        return true;
    }

    static ObjectNode of(Descriptor descriptor) {
        ObjectNode json = object();
        json.put("mediaType", descriptor.mediaType());
        json.put("digest", descriptor.digest().toString());
        json.put("size", descriptor.size());
        putAnnotations(json, descriptor.annotations());
        descriptor.platform().ifPresent(platform -> json.set("platform", of(platform)));
        return json;
    }

    static ObjectNode of(Platform platform) {
        ObjectNode json = object();
        json.put("architecture", platform.architecture());
        json.put("os", platform.os());
        if (!platform.osVersion().isEmpty()) {
            json.put("os.version", platform.osVersion());
        }
        if (!platform.variant().isEmpty()) {
            json.put("variant", platform.variant());
        }
        return json;
    }

    static void putAnnotations(ObjectNode json, Map<String, String> annotations) {
        if (!annotations.isEmpty()) {
            ObjectNode object = json.putObject("annotations");
            new TreeMap<>(annotations).forEach(object::put);
        }
    }

    static Descriptor descriptor(JsonNode json, String what) throws MalformedDocument {
        JsonNode size = json.path("size");
        if (!size.isIntegralNumber() || !size.canConvertToLong() || size.asLong() < 0) {
            throw new MalformedDocument(what + ": no valid size");
        }
        Optional<Platform> platform =
                json.path("platform").isObject() ? Optional.of(platform(json.path("platform"))) : Optional.empty();
        return new Descriptor(
                json.path("mediaType").asText(""),
                digest(json.path("digest").asText(""), what),
                size.asLong(),
                strings(json.path("annotations")),
                platform);
    }

    static List<Descriptor> descriptors(JsonNode array, String what) throws MalformedDocument {
        List<Descriptor> list = new ArrayList<>();
        for (JsonNode item : array) {
            list.add(descriptor(item, what));
        }
        return list;
    }

    static Digest digest(String text, String what) throws MalformedDocument {
        try {
            return Digest.parse(text);
        } catch (IllegalArgumentException e) {
            throw new MalformedDocument(what + ": " + e.getMessage(), e);
        }
    }

    static Platform platform(JsonNode json) {
        return new Platform(
                json.path("os").asText(""),
                json.path("architecture").asText(""),
                json.path("variant").asText(""),
                json.path("os.version").asText(""));
    }

    /** The members of an object that are text, in their order. */
    static Map<String, String> strings(JsonNode object) {
        Map<String, String> map = new LinkedHashMap<>();
        object.properties().forEach(member -> {
            if (member.getValue().isTextual()) {
                map.put(member.getKey(), member.getValue().asText());
            }
        });
        return map;
    }
}
