package dev.jbuild.buildfile;

import dev.jbuild.problem.UserError;
import java.util.List;

/** Reads the value of a {@code RUN --device}. */
final class DeviceFlag {
    private DeviceFlag() {}

    static Device parse(String value) throws UserError {
        String name = "";
        boolean required = false;
        for (String field : fields(value)) {
            int equals = field.indexOf('=');
            String key = Text.lower(equals < 0 ? field : field.substring(0, equals));
            String given = equals < 0 ? "true" : field.substring(equals + 1);
            if (key.equals("required")) {
                required = MountFlag.bool(key, given);
            } else if (key.equals("name") && equals >= 0) {
                if (!name.isEmpty()) {
                    throw new UserError("device name already set to " + name);
                }
                name = given;
            } else if (name.isEmpty()) {
                name = field;
            } else if (equals < 0) {
                throw new UserError("invalid field '" + field + "' must be a key=value pair");
            } else {
                throw new UserError("unexpected key '" + key + "' in '" + field + "'"
                        + Suggestion.suffix(key, List.of("name", "required")));
            }
        }
        return new Device(name, required);
    }

    private static List<String> fields(String value) throws UserError {
        try {
            return CsvLine.fields(value);
        } catch (UserError e) {
            throw new UserError("failed to parse csv devices: " + e.what(), e);
        }
    }
}
