package dev.jbuild.buildfile;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/** The variables that an expansion may use. */
public interface Environment {
    /** The value of a variable, which may be empty; absent when it is not set. */
    Optional<String> get(String name);

    /** The variables that are set, for suggestions. */
    Set<String> names();

    /** Variables of a map, whose later changes show. */
    static Environment of(Map<String, String> variables) {
        return new Variables(variables, UnaryOperator.identity());
    }

    /** Variables as {@code NAME=value}, the last of a name wins. */
    static Environment of(List<String> assignments) {
        return fromList(assignments, UnaryOperator.identity());
    }

    /** Like {@link #of(List)}, for names of which case does not matter, as on Windows. */
    static Environment ofIgnoringCase(List<String> assignments) {
        return fromList(assignments, name -> name.toUpperCase(Locale.ROOT));
    }

    private static Environment fromList(List<String> assignments, UnaryOperator<String> key) {
        Map<String, String> variables = new LinkedHashMap<>();
        for (String assignment : assignments) {
            int equals = assignment.indexOf('=');
            String name = equals < 0 ? assignment : assignment.substring(0, equals);
            variables.put(key.apply(name), equals < 0 ? "" : assignment.substring(equals + 1));
        }
        return new Variables(variables, key);
    }

    /** Variables in a map of keys that {@code key} made. */
    record Variables(Map<String, String> values, UnaryOperator<String> key) implements Environment {
        @Override
        public Optional<String> get(String name) {
            return Optional.ofNullable(values.get(key.apply(name)));
        }

        @Override
        public Set<String> names() {
            return Set.copyOf(values.keySet());
        }
    }
}
