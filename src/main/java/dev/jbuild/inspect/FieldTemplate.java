package dev.jbuild.inspect;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The part of Go's templates that scripts use on reports: text with <code>{{.Field.Field}}</code>,
 * <code>{{json .Field}}</code> and <code>{{index .Field "key"}}</code> in it.
 */
final class FieldTemplate {
    private static final Pattern ACTION = Pattern.compile("\\{\\{(.*?)}}", Pattern.DOTALL);
    private static final Pattern FIELD = Pattern.compile("(json\\s+)?(\\.|(?:\\.[A-Za-z0-9_]+)+)");
    private static final Pattern INDEX = Pattern.compile("index\\s+((?:\\.[A-Za-z0-9_]+)+)\\s+(\"([^\"]*)\"|[0-9]+)");

    private interface Part {
        String text(JsonNode json);
    }

    private final List<Part> parts;

    private FieldTemplate(List<Part> parts) {
        this.parts = parts;
    }

    static FieldTemplate parse(String template) {
        List<Part> parts = new ArrayList<>();
        Matcher action = ACTION.matcher(template);
        int end = 0;
        while (action.find()) {
            String text = template.substring(end, action.start());
            parts.add(json -> text);
            parts.add(action(action.group(1).strip()));
            end = action.end();
        }
        String rest = template.substring(end);
        if (rest.contains("{{")) {
            throw new IllegalArgumentException("the template is not closed: " + rest);
        }
        parts.add(json -> rest);
        return new FieldTemplate(parts);
    }

    String fill(JsonNode json) {
        StringBuilder text = new StringBuilder();
        parts.forEach(part -> text.append(part.text(json)));
        return text.toString();
    }

    private static Part action(String action) {
        Matcher field = FIELD.matcher(action);
        if (field.matches()) {
            String path = field.group(2);
            boolean asJson = field.group(1) != null;
            return json -> {
                JsonNode value = at(json, path);
                return asJson ? InspectReport.JsonText.compact(value) : plain(value);
            };
        }
        Matcher index = INDEX.matcher(action);
        if (index.matches()) {
            String key = index.group(3);
            return json -> {
                JsonNode value = at(json, index.group(1));
                return plain(key == null ? value.path(Integer.parseInt(index.group(2))) : value.path(key));
            };
        }
        throw new IllegalArgumentException("the template action {{" + action
                + "}} is not supported; known are {{.Field}}, " + "{{json .Field}} and {{index .Field \"key\"}}");
    }

    private static JsonNode at(JsonNode json, String path) {
        JsonNode value = json;
        for (String name : path.split("\\.", -1)) {
            if (!name.isEmpty()) {
                if (!value.has(name)) {
                    throw new IllegalArgumentException("there is no field " + path + " in the report");
                }
                value = value.path(name);
            }
        }
        return value;
    }

    /** As Go prints values: lists in brackets, maps with a word before them. */
    private static String plain(JsonNode value) {
        if (value.isMissingNode() || value.isNull()) {
            return value.isNull() ? "[]" : "";
        }
        if (value.isArray()) {
            List<String> items = new ArrayList<>();
            value.forEach(item -> items.add(plain(item)));
            return "[" + String.join(" ", items) + "]";
        }
        if (value.isObject()) {
            List<String> members = new ArrayList<>();
            value.properties().forEach(member -> members.add(member.getKey() + ":" + plain(member.getValue())));
            return "map[" + String.join(" ", members) + "]";
        }
        return value.asText();
    }
}
