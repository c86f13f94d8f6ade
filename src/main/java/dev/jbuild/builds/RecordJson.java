package dev.jbuild.builds;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.jbuild.builds.BuildRecord.Request;
import dev.jbuild.builds.BuildRecord.State;
import dev.jbuild.builds.RecordedStep.Outcome;
import dev.jbuild.oci.Timestamps;
import dev.jbuild.progress.StepUsage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Records of builds as JSON. What is empty is left out; what isn't known is skipped, so that older programs can read on. */
final class RecordJson {
    private static final int VERSION = 1;
    private static final ObjectMapper MAPPER = new ObjectMapper();
    /** Written by hand: a cached build is over before Jackson has looked at our classes. */
    private static final JsonFactory FACTORY = MAPPER.getFactory();

    private RecordJson() {}

    static byte[] write(BuildRecord build) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        write(build, bytes);
        return bytes.toByteArray();
    }

    static String text(BuildRecord build) {
        try {
            return new String(write(build), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new AssertionError("memory can always be written to", e);
        }
    }

    private static void write(BuildRecord build, OutputStream out) throws IOException {
        try (JsonGenerator json = FACTORY.createGenerator(out)) {
            json.writeStartObject();
            json.writeNumberField("version", VERSION);
            text(json, "id", build.id());
            text(json, "project", build.project());
            text(json, "state", name(build.state()));
            text(json, "started", build.started());
            text(json, "finished", build.finished());
            json.writeObjectFieldStart("request");
            text(json, "buildfile", build.request().buildfile());
            text(json, "context", build.request().context());
            text(json, "target", build.request().target());
            list(json, "platforms", build.request().platforms());
            list(json, "names", build.request().names());
            json.writeEndObject();
            text(json, "image", build.image());
            text(json, "error", build.error());
            json.writeArrayFieldStart("steps");
            for (RecordedStep step : build.steps()) {
                step(json, step);
            }
            json.writeEndArray();
            json.writeEndObject();
        }
    }

    private static void step(JsonGenerator json, RecordedStep step) throws IOException {
        json.writeStartObject();
        json.writeNumberField("number", step.number());
        text(json, "vertex", step.vertex());
        text(json, "name", step.name());
        if (step.line() > 0) {
            json.writeNumberField("line", step.line());
        }
        list(json, "inputs", step.inputs());
        text(json, "source", step.source());
        text(json, "outcome", name(step.outcome()));
        text(json, "started", step.started());
        text(json, "finished", step.finished());
        if (step.ignoreCache()) {
            json.writeBooleanField("ignoreCache", true);
        }
        text(json, "key", step.key());
        text(json, "preimage", step.preimage());
        text(json, "content", step.content());
        text(json, "layer", step.layer());
        if (step.logBytes() > 0) {
            json.writeNumberField("logBytes", step.logBytes());
        }
        text(json, "error", step.error());
        if (step.usage().isPresent()) {
            usage(json, step.usage().get());
        }
        text(json, "reusedFrom", step.reusedFrom());
        if (step.saved().isPresent()) {
            json.writeNumberField("savedMillis", step.saved().get().toMillis());
        }
        text(json, "tooOld", step.tooOld());
        json.writeEndObject();
    }

    private static void usage(JsonGenerator json, StepUsage usage) throws IOException {
        json.writeObjectFieldStart("usage");
        json.writeNumberField("wallNanos", usage.wall().toNanos());
        json.writeNumberField("userNanos", usage.userTime().toNanos());
        json.writeNumberField("systemNanos", usage.systemTime().toNanos());
        json.writeNumberField("peakMemoryBytes", usage.peakMemoryBytes());
        json.writeNumberField("readBytes", usage.readBytes());
        json.writeNumberField("writtenBytes", usage.writtenBytes());
        json.writeEndObject();
    }

    private static String name(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    private static void text(JsonGenerator json, String name, String value) throws IOException {
        if (!value.isEmpty()) {
            json.writeStringField(name, value);
        }
    }

    private static void list(JsonGenerator json, String name, List<String> values) throws IOException {
        if (!values.isEmpty()) {
            json.writeArrayFieldStart(name);
            for (String value : values) {
                json.writeString(value);
            }
            json.writeEndArray();
        }
    }

    /** @throws IOException if it isn't a record */
    static BuildRecord read(byte[] bytes) throws IOException {
        JsonNode json = MAPPER.readTree(bytes);
        try {
            JsonNode request = json.path("request");
            List<RecordedStep> steps = new ArrayList<>();
            json.path("steps").forEach(step -> steps.add(step(step)));
            return new BuildRecord(
                    json.path("id").asText(),
                    json.path("project").asText(),
                    State.valueOf(upper(json.path("state"))),
                    normal(json.path("started").asText()),
                    instant(json.path("finished").asText()),
                    new Request(
                            request.path("buildfile").asText(),
                            request.path("context").asText(),
                            request.path("target").asText(),
                            strings(request.path("platforms")),
                            strings(request.path("names"))),
                    json.path("image").asText(),
                    json.path("error").asText(),
                    steps);
        } catch (IllegalArgumentException | DateTimeException e) {
            throw new IOException("not the record of a build: " + e.getMessage(), e);
        }
    }

    private static RecordedStep step(JsonNode json) {
        return new RecordedStep(
                json.path("number").asInt(),
                json.path("vertex").asText(),
                json.path("name").asText(),
                json.path("line").asInt(),
                strings(json.path("inputs")),
                json.path("source").asText(),
                Outcome.valueOf(upper(json.path("outcome"))),
                instant(json.path("started").asText()),
                instant(json.path("finished").asText()),
                json.path("ignoreCache").asBoolean(),
                json.path("key").asText(),
                json.path("preimage").asText(),
                json.path("content").asText(),
                json.path("layer").asText(),
                json.path("logBytes").asLong(),
                json.path("error").asText(),
                usage(json.path("usage")),
                json.path("reusedFrom").asText(),
                json.has("savedMillis")
                        ? Optional.of(Duration.ofMillis(json.path("savedMillis").asLong()))
                        : Optional.empty(),
                instant(json.path("tooOld").asText()));
    }

    private static Optional<StepUsage> usage(JsonNode json) {
        if (!json.isObject()) {
            return Optional.empty();
        }
        return Optional.of(new StepUsage(
                Duration.ofNanos(json.path("wallNanos").asLong()),
                Duration.ofNanos(json.path("userNanos").asLong()),
                Duration.ofNanos(json.path("systemNanos").asLong()),
                json.path("peakMemoryBytes").asLong(),
                json.path("readBytes").asLong(),
                json.path("writtenBytes").asLong()));
    }

    private static String upper(JsonNode word) {
        return word.asText().toUpperCase(Locale.ROOT);
    }

    private static String instant(String text) {
        return text.isEmpty() ? text : normal(text);
    }

    /** @throws DateTimeParseException if it is no time */
    private static String normal(String text) {
        return Timestamps.format(Timestamps.parse(text));
    }

    private static List<String> strings(JsonNode array) {
        List<String> strings = new ArrayList<>();
        array.forEach(value -> strings.add(value.asText()));
        return strings;
    }
}
