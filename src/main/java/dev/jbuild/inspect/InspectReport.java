package dev.jbuild.inspect;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.jbuild.oci.Descriptor;
import dev.jbuild.oci.History;
import dev.jbuild.oci.ImageReference;
import java.io.IOException;
import java.util.List;

/** Images as {@code docker image inspect} tells them: a JSON array with an object for each. */
public final class InspectReport {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final List<String> CONFIG_OR_NULL =
            List.of("Env", "Cmd", "Volumes", "Entrypoint", "OnBuild", "Labels");

    private InspectReport() {}

    /** The report on several images, laid out for people. */
    public static String of(List<ImageFacts> images) {
        ArrayNode array = MAPPER.createArrayNode();
        images.forEach(image -> array.add(json(image)));
        return JsonText.pretty(array);
    }

    /** The report on one image, in one line. */
    public static String of(ImageFacts image) {
        return JsonText.compact(json(image));
    }

    /**
     * One image's report put into a template of Go's kind, such as <code>{{.Id}}</code> or
     * <code>{{json .Config.Env}}</code>.
     *
     * @throws IllegalArgumentException if the template asks for something else than fields; the message says what
     */
    public static String format(ImageFacts image, String template) {
        return FieldTemplate.parse(template).fill(json(image));
    }

    /** Reports that are made already, laid out for people. */
    public static String ofReports(List<ObjectNode> reports) {
        ArrayNode array = MAPPER.createArrayNode();
        reports.forEach(array::add);
        return JsonText.pretty(array);
    }

    /**
     * One of them in one line, or put into a template, as above.
     *
     * @param template {@code json} for the first
     */
    public static String formatReport(ObjectNode report, String template) {
        return template.equals("json")
                ? JsonText.compact(report)
                : FieldTemplate.parse(template).fill(report);
    }

    /** The report on one image, as JSON. */
    public static ObjectNode json(ImageFacts image) {
        ObjectNode json = MAPPER.createObjectNode();
        json.put("Id", image.id().toString());
        ArrayNode tags = json.putArray("RepoTags");
        image.names().stream()
                .filter(name -> name.tag().isPresent())
                .map(ImageReference::familiar)
                .forEach(tags::add);
        ArrayNode digests = json.putArray("RepoDigests");
        image.names().stream()
                .map(name -> name.familiarName() + "@" + image.target().digest())
                .distinct()
                .forEach(digests::add);
        json.put("Parent", "");
        json.put("Comment", lastComment(image.config().history()));
        json.put("Created", image.config().created().map(Object::toString).orElse(""));
        json.put("DockerVersion", "");
        json.put("Author", image.config().author());
        json.set("Config", config(image));
        json.put("Architecture", image.config().platform().architecture());
        if (!image.config().platform().variant().isEmpty()) {
            json.put("Variant", image.config().platform().variant());
        }
        json.put("Os", image.config().platform().os());
        if (!image.config().platform().osVersion().isEmpty()) {
            json.put("OsVersion", image.config().platform().osVersion());
        }
        json.put("Size", image.size());
        ObjectNode rootfs = json.putObject("RootFS");
        rootfs.put("Type", "layers");
        ArrayNode layers = rootfs.putArray("Layers");
        image.config().diffIds().forEach(id -> layers.add(id.toString()));
        ObjectNode metadata = json.putObject("Metadata");
        metadata.put("LastTagTime", image.named().map(Object::toString).orElse("0001-01-01T00:00:00Z"));
        json.set("Descriptor", descriptor(image.target()));
        return json;
    }

    private static String lastComment(List<History> history) {
        return history.isEmpty() ? "" : history.get(history.size() - 1).comment();
    }

    /** The configuration as it is written, and null for what docker shows as null. */
    private static ObjectNode config(ImageFacts image) {
        ObjectNode config;
        try {
            JsonNode written = MAPPER.readTree(image.config().toJson().bytes()).path("config");
            config = written instanceof ObjectNode object ? object : MAPPER.createObjectNode();
        } catch (IOException e) {
            throw new AssertionError("a configuration is JSON", e);
        }
        for (String name : CONFIG_OR_NULL) {
            if (!config.has(name)) {
                config.putNull(name);
            }
        }
        for (String name : List.of("User", "WorkingDir")) {
            if (!config.has(name)) {
                config.put(name, "");
            }
        }
        return config;
    }

    private static ObjectNode descriptor(Descriptor descriptor) {
        ObjectNode json = MAPPER.createObjectNode();
        json.put("mediaType", descriptor.mediaType());
        json.put("digest", descriptor.digest().toString());
        json.put("size", descriptor.size());
        return json;
    }

    /** JSON as text. */
    static final class JsonText {
        private JsonText() {}

        static String compact(JsonNode json) {
            try {
                return MAPPER.writeValueAsString(json);
            } catch (JsonProcessingException e) {
                throw new AssertionError("a tree can always be written", e);
            }
        }

        static String pretty(JsonNode json) {
            try {
                return MAPPER.writer(new DockerPrettyPrinter()).writeValueAsString(json);
            } catch (JsonProcessingException e) {
                throw new AssertionError("a tree can always be written", e);
            }
        }
    }
}
