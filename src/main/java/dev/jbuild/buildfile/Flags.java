package dev.jbuild.buildfile;

import dev.jbuild.problem.UserError;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The {@code --flags} of one instruction: declared, then read. */
final class Flags {
    private enum Kind {
        BOOL,
        TEXT,
        LIST
    }

    private final Map<String, Kind> declared = new LinkedHashMap<>();
    private final Map<String, List<String>> values = new LinkedHashMap<>();

    Flags bools(String... names) {
        return declare(Kind.BOOL, names);
    }

    Flags texts(String... names) {
        return declare(Kind.TEXT, names);
    }

    Flags lists(String... names) {
        return declare(Kind.LIST, names);
    }

    private Flags declare(Kind kind, String... names) {
        for (String name : names) {
            declared.put(name, kind);
        }
        return this;
    }

    /** Reads what was given; anything not declared is an error. */
    Flags read(List<String> given) throws UserError {
        for (String flag : given) {
            if (flag.equals("--")) {
                break;
            }
            read(flag);
        }
        return this;
    }

    private void read(String flag) throws UserError {
        int equals = flag.indexOf('=');
        String dashed = equals < 0 ? flag : flag.substring(0, equals);
        Optional<String> value = equals < 0 ? Optional.empty() : Optional.of(flag.substring(equals + 1));
        if (!dashed.startsWith("--")) {
            throw new UserError("arg should start with -- : " + flag);
        }
        String name = dashed.substring(2);
        Kind kind = declared.get(name);
        if (kind == null) {
            throw new UserError("unknown flag: " + dashed + Suggestion.suffix(name, declared.keySet()));
        }
        if (values.containsKey(name) && kind != Kind.LIST) {
            throw new UserError("duplicate flag specified: " + dashed);
        }
        values.computeIfAbsent(name, n -> new ArrayList<>()).add(checked(kind, dashed, value));
    }

    private static String checked(Kind kind, String dashed, Optional<String> value) throws UserError {
        boolean missing = kind == Kind.BOOL ? value.isPresent() && value.get().isEmpty() : value.isEmpty();
        if (missing) {
            throw new UserError("missing a value on flag: " + dashed);
        }
        if (kind != Kind.BOOL) {
            return value.orElse("");
        }
        return switch (Text.lower(value.orElse("true"))) {
            case "true" -> "true";
            case "false" -> "false";
            default -> throw new UserError("expecting boolean value for flag " + dashed + ", not: " + value.orElse(""));
        };
    }

    /** A flag's value, absent when not given or empty. */
    Optional<String> text(String name) {
        return values.containsKey(name) ? Words.given(values.get(name).get(0)) : Optional.empty();
    }

    boolean bool(String name) {
        return choice(name).orElse(false);
    }

    /** A boolean flag's value, absent when not given. */
    Optional<Boolean> choice(String name) {
        return text(name).map("true"::equals);
    }

    List<String> list(String name) {
        return values.getOrDefault(name, List.of());
    }

    Set<String> used() {
        return new LinkedHashSet<>(values.keySet());
    }
}
