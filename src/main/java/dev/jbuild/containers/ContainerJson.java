package dev.jbuild.containers;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.jbuild.sandbox.ContainerGroups;
import dev.jbuild.sandbox.ContainerReport.Running;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Containers as JSON. */
final class ContainerJson {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private ContainerJson() {}

    static byte[] write(Container container) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator json = MAPPER.getFactory().createGenerator(bytes)) {
            json.writeStartObject();
            json.writeStringField("id", container.id());
            json.writeStringField("name", container.name());
            json.writeStringField("image", container.image());
            json.writeStringField("imageId", container.imageId());
            json.writeStringField("manifest", container.manifest());
            json.writeStringField("platform", container.platform());
            json.writeStringField("created", container.created().toString());
            list(json, "args", container.args());
            list(json, "env", container.env());
            json.writeStringField("cwd", container.cwd());
            json.writeStringField("user", container.user());
            json.writeStringField("hostname", container.hostname());
            json.writeStringField("network", container.network());
            json.writeBooleanField("terminal", container.terminal());
            json.writeBooleanField("interactive", container.interactive());
            json.writeBooleanField("remove", container.remove());
            json.writeNumberField("stopSignal", container.stopSignal());
            json.writeObjectFieldStart("groups");
            for (Map.Entry<String, Path> group :
                    new TreeMap<>(container.groups().directories()).entrySet()) {
                json.writeStringField(group.getKey(), group.getValue().toString());
            }
            json.writeEndObject();
            json.writeStringField("boot", container.boot());
            json.writeNumberField("creator", container.creator().pid());
            json.writeNumberField("creatorStart", container.creator().start());
            json.writeEndObject();
        }
        return bytes.toByteArray();
    }

    private static void list(JsonGenerator json, String name, List<String> values) throws IOException {
        json.writeArrayFieldStart(name);
        for (String value : values) {
            json.writeString(value);
        }
        json.writeEndArray();
    }

    /** @throws IOException if it isn't a container */
    static Container read(byte[] bytes, Path directory) throws IOException {
        JsonNode json = MAPPER.readTree(bytes);
        Map<String, Path> groups = new LinkedHashMap<>();
        json.path("groups").properties().forEach(group -> groups.put(group.getKey(), path(group.getValue())));
        try {
            return new Container(
                    text(json, "id"),
                    text(json, "name"),
                    directory,
                    text(json, "image"),
                    text(json, "imageId"),
                    text(json, "manifest"),
                    text(json, "platform"),
                    Instant.parse(text(json, "created")),
                    strings(json.path("args")),
                    strings(json.path("env")),
                    text(json, "cwd"),
                    text(json, "user"),
                    text(json, "hostname"),
                    text(json, "network"),
                    json.path("terminal").asBoolean(),
                    json.path("interactive").asBoolean(),
                    json.path("remove").asBoolean(),
                    json.path("stopSignal").asInt(),
                    new ContainerGroups(groups),
                    text(json, "boot"),
                    new Running(
                            json.path("creator").asLong(),
                            json.path("creatorStart").asLong()));
        } catch (IllegalArgumentException | DateTimeException e) {
            throw new IOException("not a container: " + e.getMessage(), e);
        }
    }

    private static Path path(JsonNode value) {
        return Path.of(value.asText());
    }

    private static String text(JsonNode json, String field) {
        if (!json.path(field).isTextual()) {
            throw new IllegalArgumentException("no " + field);
        }
        return json.path(field).asText();
    }

    private static List<String> strings(JsonNode array) {
        List<String> strings = new ArrayList<>();
        array.forEach(value -> strings.add(value.asText()));
        return strings;
    }
}
