package dev.jbuild.oci;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * An image configuration (config.md).
 *
 * @param author empty for none
 * @param diffIds the layers, bottom first
 */
public record ImageConfig(
        Platform platform,
        Optional<Instant> created,
        String author,
        ContainerConfig config,
        List<DiffId> diffIds,
        List<History> history) {
    public ImageConfig {
        diffIds = List.copyOf(diffIds);
        history = List.copyOf(history);
    }

    /** What {@code FROM scratch} gives. */
    public static ImageConfig empty(Platform platform) {
        return new ImageConfig(platform, Optional.empty(), "", ContainerConfig.EMPTY, List.of(), List.of());
    }

    /**
     * Reads a configuration.
     *
     * @throws MalformedDocument if it isn't one
     */
    public static ImageConfig parse(byte[] bytes) throws MalformedDocument {
        ObjectNode json = Json.parseObject(bytes, "image configuration");
        List<DiffId> diffIds = new ArrayList<>();
        for (JsonNode id : json.path("rootfs").path("diff_ids")) {
            diffIds.add(new DiffId(Json.digest(id.asText(), "image configuration: diff_ids")));
        }
        List<History> history = new ArrayList<>();
        for (JsonNode entry : json.path("history")) {
            history.add(new History(
                    time(entry.path("created")),
                    entry.path("created_by").asText(""),
                    entry.path("comment").asText(""),
                    entry.path("author").asText(""),
                    entry.path("empty_layer").asBoolean(false)));
        }
        return new ImageConfig(
                Json.platform(json),
                time(json.path("created")),
                json.path("author").asText(""),
                container(json.path("config")),
                diffIds,
                history);
    }

    private static Optional<Instant> time(JsonNode json) throws MalformedDocument {
        if (!json.isTextual()) {
            return Optional.empty();
        }
        try {
            return Optional.of(Timestamps.parse(json.asText()));
        } catch (DateTimeException e) {
            throw new MalformedDocument("image configuration: \"" + json.asText() + "\" is not a time", e);
        }
    }

    /** RFC 3339 with as many digits as needed, as Go writes it: then an unchanged time keeps its text. */
    private static String goTime(Instant time) {
        String text = Timestamps.format(time);
        return text.indexOf('.') < 0
                ? text
                : text.substring(0, text.length() - 1).replaceAll("0+$", "") + "Z";
    }

    private static ContainerConfig container(JsonNode json) {
        ContainerConfig.Builder builder = new ContainerConfig.Builder()
                .user(json.path("User").asText(""))
                .workingDir(json.path("WorkingDir").asText(""))
                .stopSignal(json.path("StopSignal").asText(""))
                .argsEscaped(json.path("ArgsEscaped").asBoolean(false))
                .entrypoint(list(json.path("Entrypoint")))
                .cmd(list(json.path("Cmd")))
                .shell(list(json.path("Shell")).orElse(List.of()))
                .labels(Json.strings(json.path("Labels")));
        keys(json.path("ExposedPorts")).forEach(builder::expose);
        keys(json.path("Volumes")).forEach(builder::volume);
        for (String entry : list(json.path("Env")).orElse(List.of())) {
            int equals = entry.indexOf('=');
            builder.env(equals < 0 ? entry : entry.substring(0, equals), equals < 0 ? "" : entry.substring(equals + 1));
        }
        list(json.path("OnBuild")).orElse(List.of()).forEach(builder::onBuild);
        JsonNode health = json.path("Healthcheck");
        if (health.isObject()) {
            builder.healthcheck(Optional.of(new Healthcheck(
                    list(health.path("Test")).orElse(List.of()),
                    Duration.ofNanos(health.path("Interval").asLong()),
                    Duration.ofNanos(health.path("Timeout").asLong()),
                    Duration.ofNanos(health.path("StartPeriod").asLong()),
                    Duration.ofNanos(health.path("StartInterval").asLong()),
                    health.path("Retries").asInt())));
        }
        return builder.build();
    }

    private static Optional<List<String>> list(JsonNode json) {
        if (!json.isArray()) {
            return Optional.empty();
        }
        List<String> list = new ArrayList<>();
        json.forEach(item -> list.add(item.asText()));
        return Optional.of(list);
    }

    private static NavigableSet<String> keys(JsonNode json) {
        NavigableSet<String> keys = new TreeSet<>();
        json.fieldNames().forEachRemaining(keys::add);
        return keys;
    }

    /** This configuration as JSON; its digest is the image's ID. */
    public RawJson toJson() {
        return RawJson.of(json());
    }

    /** The same with a member that isn't of the specification, which then counts for the image's ID. */
    public RawJson toJson(String member, RawJson value) throws MalformedDocument {
        ObjectNode json = json();
        json.set(member, Json.parseObject(value.bytes(), member));
        return RawJson.of(json);
    }

    /**
     * The same, with what else stands in an image configuration that this one is made from: members that this program knows
     * nothing of.
     */
    public RawJson toJson(RawJson origin) throws MalformedDocument {
        ObjectNode json = Json.parseObject(origin.bytes(), "image configuration");
        ObjectNode known = parse(origin.bytes()).json();
        JsonNode inner = json.path("config");
        ObjectNode container = inner instanceof ObjectNode object ? object : Json.object();
        container.remove(names(known.path("config")));
        container.setAll((ObjectNode) json().path("config"));
        json.remove(names(known));
        json.setAll(json());
        json.set("config", container);
        return RawJson.of(json);
    }

    private static List<String> names(JsonNode object) {
        List<String> names = new ArrayList<>();
        object.fieldNames().forEachRemaining(names::add);
        return names;
    }

    private ObjectNode json() {
        ObjectNode json = Json.object();
        created.ifPresent(time -> json.put("created", goTime(time)));
        if (!author.isEmpty()) {
            json.put("author", author);
        }
        json.setAll(Json.of(platform));
        json.set("config", containerJson());
        ObjectNode rootfs = json.putObject("rootfs");
        rootfs.put("type", "layers");
        var ids = rootfs.putArray("diff_ids");
        diffIds.forEach(id -> ids.add(id.toString()));
        var steps = json.putArray("history");
        history.forEach(step -> steps.add(historyJson(step)));
        return json;
    }

    private static ObjectNode historyJson(History step) {
        ObjectNode json = Json.object();
        step.created().ifPresent(time -> json.put("created", goTime(time)));
        putText(json, "created_by", step.createdBy());
        putText(json, "author", step.author());
        putText(json, "comment", step.comment());
        if (step.emptyLayer()) {
            json.put("empty_layer", true);
        }
        return json;
    }

    private ObjectNode containerJson() {
        ObjectNode json = Json.object();
        putText(json, "User", config.user());
        putSet(json, "ExposedPorts", config.exposedPorts());
        putList(json, "Env", config.env());
        config.entrypoint().ifPresent(value -> putArray(json, "Entrypoint", value));
        config.cmd().ifPresent(value -> putArray(json, "Cmd", value));
        config.healthcheck().ifPresent(value -> json.set("Healthcheck", healthJson(value)));
        if (config.argsEscaped()) {
            json.put("ArgsEscaped", true);
        }
        putSet(json, "Volumes", config.volumes());
        putText(json, "WorkingDir", config.workingDir());
        putList(json, "OnBuild", config.onBuild());
        if (!config.labels().isEmpty()) {
            ObjectNode labels = json.putObject("Labels");
            config.labels().forEach(labels::put);
        }
        putText(json, "StopSignal", config.stopSignal());
        putList(json, "Shell", config.shell());
        return json;
    }

    private static ObjectNode healthJson(Healthcheck health) {
        ObjectNode json = Json.object();
        putList(json, "Test", health.test());
        putNanos(json, "Interval", health.interval());
        putNanos(json, "Timeout", health.timeout());
        putNanos(json, "StartPeriod", health.startPeriod());
        putNanos(json, "StartInterval", health.startInterval());
        if (health.retries() != 0) {
            json.put("Retries", health.retries());
        }
        return json;
    }

    private static void putNanos(ObjectNode json, String name, Duration value) {
        if (!value.isZero()) {
            json.put(name, value.toNanos());
        }
    }

    private static void putText(ObjectNode json, String name, String value) {
        if (!value.isEmpty()) {
            json.put(name, value);
        }
    }

    private static void putList(ObjectNode json, String name, List<String> values) {
        if (!values.isEmpty()) {
            putArray(json, name, values);
        }
    }

    private static void putArray(ObjectNode json, String name, List<String> values) {
        var array = json.putArray(name);
        values.forEach(array::add);
    }

    private static void putSet(ObjectNode json, String name, Set<String> values) {
        if (!values.isEmpty()) {
            ObjectNode object = json.putObject(name);
            values.forEach(object::putObject);
        }
    }
}
