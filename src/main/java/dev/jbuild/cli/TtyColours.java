package dev.jbuild.cli;

import dev.jbuild.problem.UsageError;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The colours of the picture of a build, which {@code BUILDKIT_COLORS} can change, written as BuildKit reads it. */
final class TtyColours {
    /** What a line of the picture is. */
    enum Role {
        RUN,
        CANCEL,
        ERROR,
        WARNING
    }

    private static final String START = "\u001b[";
    private static final String RESET = "\u001b[0m";
    private static final String[] NAMES = {"black", "red", "green", "yellow", "blue", "magenta", "cyan", "white"};

    /** By role, the parameters of the escape sequence; without any there are no colours. */
    private final Map<Role, String> codes;

    private TtyColours(Map<Role, String> codes) {
        this.codes = codes;
    }

    static TtyColours none() {
        return new TtyColours(new EnumMap<>(Role.class));
    }

    static TtyColours usual() {
        return new TtyColours(
                new EnumMap<>(Map.of(Role.RUN, "34", Role.CANCEL, "33", Role.ERROR, "31", Role.WARNING, "33")));
    }

    /** The usual ones with changes such as {@code run=green:error=light-red:warning=255,165,0}. */
    static TtyColours of(String changes) throws UsageError {
        TtyColours colours = usual();
        for (String change : changes.split(":", -1)) {
            if (!change.isBlank()) {
                colours.change(change.strip());
            }
        }
        return colours;
    }

    private void change(String change) throws UsageError {
        int equals = change.indexOf('=');
        Optional<Role> role = role(equals < 0 ? change : change.substring(0, equals));
        Optional<String> code = code(change.substring(equals + 1).replace("\"", ""));
        if (equals < 0 || role.isEmpty() || code.isEmpty()) {
            throw new UsageError(
                    "BUILDKIT_COLORS: \"" + change + "\" is not understood",
                    "as in run=green:cancel=yellow:error=light-red:warning=255,165,0");
        }
        codes.put(role.get(), code.get());
    }

    private static Optional<Role> role(String name) {
        for (Role role : Role.values()) {
            if (role.name().equalsIgnoreCase(name)) {
                return Optional.of(role);
            }
        }
        return Optional.empty();
    }

    private static Optional<String> code(String colour) {
        String name = colour.toLowerCase(Locale.ROOT);
        if (name.equals("default")) {
            return Optional.of("39");
        }
        boolean light = name.startsWith("light-");
        for (int i = 0; i < NAMES.length; i++) {
            if (NAMES[i].equals(light ? name.substring("light-".length()) : name)) {
                return Optional.of(Integer.toString((light ? 90 : 30) + i));
            }
        }
        return rgb(name);
    }

    private static Optional<String> rgb(String text) {
        String[] parts = text.split(",", -1);
        if (parts.length != 3) {
            return Optional.empty();
        }
        StringBuilder code = new StringBuilder("38;2");
        for (String part : parts) {
            if (!part.strip().matches("[0-9]{1,3}") || Integer.parseInt(part.strip()) > 255) {
                return Optional.empty();
            }
            code.append(';').append(Integer.parseInt(part.strip()));
        }
        return Optional.of(code.toString());
    }

    /** A line in the colour of what it is. */
    String paint(String line, Role role) {
        String code = codes.get(role);
        return code == null ? line : START + code + "m" + line + RESET;
    }
}
