package dev.jbuild.sandbox.cdi;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * The fields of one object of a spec. As in the library of the interface, upper and lower case are the same in their names,
 * a number or truth value will do for a text, and what is null isn't there.
 */
final class SpecFields {
    private final String path;
    private final Map<String, JsonNode> fields = new LinkedHashMap<>();

    /**
     * @param path where the object is, for people; empty for the spec as a whole
     * @param known the names that there may be
     */
    SpecFields(String path, JsonNode object, Set<String> known) throws MalformedSpec {
        this.path = path;
        if (!object.isObject()) {
            throw new MalformedSpec((path.isEmpty() ? "the spec" : path) + " is no object with named fields");
        }
        for (Map.Entry<String, JsonNode> field : object.properties()) {
            String name = lower(field.getKey());
            if (known.stream().noneMatch(each -> lower(each).equals(name))) {
                throw new MalformedSpec(at(field.getKey()) + " is unknown: known are " + String.join(", ", known));
            }
            if (!field.getValue().isNull() && fields.put(name, field.getValue()) != null) {
                throw new MalformedSpec(at(field.getKey()) + " is there twice");
            }
        }
    }

    private static String lower(String name) {
        return name.toLowerCase(Locale.ROOT);
    }

    /** A field for people. */
    String at(String name) {
        return path.isEmpty() ? name : path + "." + name;
    }

    boolean has(String name) {
        return fields.containsKey(lower(name));
    }

    private Optional<JsonNode> value(String name) {
        return Optional.ofNullable(fields.get(lower(name)));
    }

    /** A text, which is empty if it isn't there. */
    String text(String name) throws MalformedSpec {
        Optional<JsonNode> value = value(name);
        return value.isPresent() ? text(at(name), value.get()) : "";
    }

    /** A text that must be there. */
    String required(String name) throws MalformedSpec {
        String text = text(name);
        if (text.isEmpty()) {
            throw new MalformedSpec(at(name) + " is missing");
        }
        return text;
    }

    private static String text(String at, JsonNode value) throws MalformedSpec {
        if (!value.isValueNode()) {
            throw new MalformedSpec(at + " is no text");
        }
        return value.asText();
    }

    OptionalLong number(String name, long least, long most) throws MalformedSpec {
        Optional<JsonNode> value = value(name);
        return value.isPresent() ? OptionalLong.of(number(at(name), value.get(), least, most)) : OptionalLong.empty();
    }

    private static long number(String at, JsonNode value, long least, long most) throws MalformedSpec {
        if (!value.isIntegralNumber() || !value.canConvertToLong() || value.asLong() < least || value.asLong() > most) {
            throw new MalformedSpec(at + " is no whole number from " + least + " to " + most + ": " + value);
        }
        return value.asLong();
    }

    private List<JsonNode> items(String name) throws MalformedSpec {
        List<JsonNode> items = new ArrayList<>();
        JsonNode value = value(name).orElse(null);
        if (value != null && !value.isArray()) {
            throw new MalformedSpec(at(name) + " is no list");
        }
        if (value != null) {
            value.forEach(items::add);
        }
        return items;
    }

    private String at(String name, int index) {
        return at(name) + "[" + index + "]";
    }

    List<String> texts(String name) throws MalformedSpec {
        List<String> texts = new ArrayList<>();
        for (JsonNode item : items(name)) {
            texts.add(text(at(name, texts.size()), item));
        }
        return texts;
    }

    List<Long> numbers(String name, long most) throws MalformedSpec {
        List<Long> numbers = new ArrayList<>();
        for (JsonNode item : items(name)) {
            numbers.add(number(at(name, numbers.size()), item, 0, most));
        }
        return numbers;
    }

    /** {@code NAME=value}s. */
    List<String> variables(String name) throws MalformedSpec {
        List<String> variables = texts(name);
        for (int i = 0; i < variables.size(); i++) {
            if (variables.get(i).indexOf('=') <= 0) {
                throw new MalformedSpec(at(name, i) + " is no NAME=VALUE: \"" + variables.get(i) + "\"");
            }
        }
        return variables;
    }

    List<SpecFields> objects(String name, Set<String> known) throws MalformedSpec {
        List<SpecFields> objects = new ArrayList<>();
        for (JsonNode item : items(name)) {
            objects.add(new SpecFields(at(name, objects.size()), item, known));
        }
        return objects;
    }

    Optional<SpecFields> object(String name, Set<String> known) throws MalformedSpec {
        Optional<JsonNode> value = value(name);
        return value.isPresent() ? Optional.of(new SpecFields(at(name), value.get(), known)) : Optional.empty();
    }

    /** An object whose fields may have any name and are texts. */
    Map<String, String> map(String name) throws MalformedSpec {
        Map<String, String> map = new LinkedHashMap<>();
        JsonNode value = value(name).orElse(null);
        if (value != null && !value.isObject()) {
            throw new MalformedSpec(at(name) + " is no object with named fields");
        }
        if (value != null) {
            for (Map.Entry<String, JsonNode> field : value.properties()) {
                map.put(field.getKey(), text(at(name) + "." + field.getKey(), field.getValue()));
            }
        }
        return map;
    }
}
