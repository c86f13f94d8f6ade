package dev.jbuild.cli;

import dev.jbuild.problem.UsageError;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The value of {@code --call}: {@code NAME[,format=json|text][,ignorestatus=BOOL]}, as docker buildx reads it.
 *
 * @param json whether the result is wanted as JSON
 * @param ignoreStatus whether findings leave the exit code at 0
 */
record CallFlag(Method method, boolean json, boolean ignoreStatus) {
    /** What to do with a Buildfile. */
    enum Method {
        BUILD,
        CHECK,
        OUTLINE,
        TARGETS
    }

    static CallFlag of(Method method) {
        return new CallFlag(method, false, false);
    }

    static CallFlag parse(String text) throws UsageError {
        Optional<Method> method = Optional.empty();
        boolean json = false;
        boolean ignoreStatus = false;
        for (String field : CsvPairs.fields("--call", text)) {
            int equals = field.indexOf('=');
            String key = equals < 0 ? "" : field.substring(0, equals);
            String value = field.substring(equals + 1);
            if (key.isEmpty() && equals < 0 && method.isEmpty()) {
                method = Optional.of(method(value));
            } else if (key.equals("format")) {
                json = json(value);
            } else if (key.equals("ignorestatus")) {
                ignoreStatus = bool(value);
            } else {
                throw new UsageError(
                        "--call " + text + ": " + field + " is not understood",
                        "as in --call=check,format=json; keys are format and ignorestatus");
            }
        }
        return new CallFlag(method.orElse(Method.BUILD), json, ignoreStatus);
    }

    private static Method method(String name) throws UsageError {
        return switch (name) {
            case "build" -> Method.BUILD;
            case "check", "lint" -> Method.CHECK;
            case "outline" -> Method.OUTLINE;
            case "targets" -> Method.TARGETS;
            default ->
                throw new UsageError(
                        "--call: there is no method " + name, "known are build, check, outline and targets");
        };
    }

    private static boolean json(String format) throws UsageError {
        if (!List.of("json", "text", "").contains(format)) {
            throw new UsageError("--call: there is no format " + format, "known are json and text");
        }
        return format.equals("json");
    }

    private static boolean bool(String value) throws UsageError {
        return switch (value.toLowerCase(Locale.ROOT)) {
            case "1", "t", "true" -> true;
            case "0", "f", "false" -> false;
            default -> throw new UsageError("--call: ignorestatus is true or false, not " + value);
        };
    }
}
