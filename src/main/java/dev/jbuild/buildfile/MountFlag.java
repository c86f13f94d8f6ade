package dev.jbuild.buildfile;

import dev.jbuild.problem.UserError;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Reads the value of a {@code RUN --mount}. */
final class MountFlag {
    private static final long HIGHEST_ID = 0xffffffffL;
    private static final List<String> KEYS = List.of(
            "type",
            "from",
            "source",
            "target",
            "readonly",
            "id",
            "sharing",
            "required",
            "size",
            "mode",
            "uid",
            "gid",
            "src",
            "dst",
            "destination",
            "ro",
            "rw",
            "readwrite",
            "env");

    private final Expander expander;
    private Mount.Type type = Mount.Type.BIND;
    private String from = "";
    private String source = "";
    private String target = "";
    private Optional<Boolean> readOnly = Optional.empty();
    private long sizeLimit;
    private String id = "";
    private Optional<Mount.Sharing> sharing = Optional.empty();
    private boolean required;
    private Optional<String> env = Optional.empty();
    private OptionalLong mode = OptionalLong.empty();
    private OptionalLong uid = OptionalLong.empty();
    private OptionalLong gid = OptionalLong.empty();

    private MountFlag(Expander expander) {
        this.expander = expander;
    }

    /** The mount with variables in its values expanded. */
    static Mount parse(String value, Expander expander) throws UserError {
        MountFlag flag = new MountFlag(expander);
        for (String field : fields(value)) {
            flag.field(field);
        }
        flag.check();
        return flag.mount();
    }

    /** The stages, images and contexts that mounts name. */
    static List<String> sources(List<String> values) throws UserError {
        List<String> sources = new ArrayList<>();
        for (String value : values) {
            String source = source(value);
            if (!source.isEmpty()) {
                sources.add(source);
            }
        }
        return sources;
    }

    /** The stage, image or context that a mount names, which is known before variables are; empty for none. */
    private static String source(String value) throws UserError {
        String from = "";
        for (String field : fields(value)) {
            int equals = field.indexOf('=');
            if (equals >= 0 && Text.lower(field.substring(0, equals)).equals("from")) {
                from = field.substring(equals + 1);
                int dollar = from.indexOf('$');
                if (dollar >= 0 && dollar != from.length() - 1) {
                    throw new UserError("'from' doesn't support variable expansion, define alias stage instead");
                }
            }
        }
        return from;
    }

    private static List<String> fields(String value) throws UserError {
        try {
            return CsvLine.fields(value);
        } catch (UserError e) {
            throw new UserError("failed to parse csv mounts: " + e.what(), e);
        }
    }

    private void field(String field) throws UserError {
        int equals = field.indexOf('=');
        if (equals < 0) {
            word(field);
            return;
        }
        String key = Text.lower(field.substring(0, equals));
        String value = expander.expand(field.substring(equals + 1));
        switch (key) {
            case "type" -> type = type(value);
            case "from" -> from = value;
            case "source", "src" -> source = value;
            case "target", "dst", "destination" -> target = value;
            case "readonly", "ro" -> readOnly = Optional.of(bool(key, value));
            case "readwrite", "rw" -> readOnly = Optional.of(!bool(key, value));
            case "required" -> required = requiredValue(key, value);
            case "size" -> sizeLimit = size(key, value);
            case "id" -> id = value;
            case "sharing" -> sharing = Optional.of(sharing(value));
            case "mode" -> mode = OptionalLong.of(number(value, 8, "mode"));
            case "uid" -> uid = OptionalLong.of(number(value, 10, "uid"));
            case "gid" -> gid = OptionalLong.of(number(value, 10, "gid"));
            case "env" -> env = Optional.of(value);
            default ->
                throw new UserError("unexpected key '" + key + "' in '" + field + "'" + Suggestion.suffix(key, KEYS));
        }
    }

    /** A field without a value. */
    private void word(String field) throws UserError {
        String key = Text.lower(field);
        switch (key) {
            case "readonly", "ro" -> readOnly = Optional.of(true);
            case "readwrite", "rw" -> readOnly = Optional.of(false);
            case "required" -> required = requiredValue(key, "true");
            default -> throw new UserError("invalid field '" + field + "' must be a key=value pair");
        }
    }

    private static String name(Enum<?> constant) {
        return Text.lower(constant.name());
    }

    private static Mount.Type type(String value) throws UserError {
        return constant(Mount.Type.values(), value, "unsupported mount type ");
    }

    private static Mount.Sharing sharing(String value) throws UserError {
        return constant(Mount.Sharing.values(), value, "unsupported sharing value ");
    }

    private static <E extends Enum<E>> E constant(E[] constants, String value, String problem) throws UserError {
        String wanted = Text.lower(value);
        List<String> names = Arrays.stream(constants).map(MountFlag::name).toList();
        return Arrays.stream(constants)
                .filter(constant -> name(constant).equals(wanted))
                .findFirst()
                .orElseThrow(() -> new UserError(problem + Text.quote(value) + Suggestion.suffix(value, names)));
    }

    static boolean bool(String key, String value) throws UserError {
        return Text.parseBoolean(value).orElseThrow(() -> invalid(key, value));
    }

    private static UserError invalid(String key, String value) {
        return new UserError("invalid value for " + key + ": " + value);
    }

    private boolean requiredValue(String key, String value) throws UserError {
        if (type != Mount.Type.SECRET && type != Mount.Type.SSH) {
            throw unexpected(key);
        }
        return bool(key, value);
    }

    private long size(String key, String value) throws UserError {
        if (type != Mount.Type.TMPFS) {
            throw unexpected(key);
        }
        OptionalLong size = ByteSize.parse(value);
        if (size.isEmpty()) {
            throw invalid(key, value);
        }
        return size.getAsLong();
    }

    private UserError unexpected(String key) {
        return new UserError("unexpected key '" + key + "' for mount type '" + name(type) + "'");
    }

    private static long number(String value, int radix, String key) throws UserError {
        boolean digits = !value.isEmpty() && value.chars().allMatch(c -> c < 0x80 && Character.digit(c, radix) >= 0);
        String significant = digits ? value.replaceFirst("^0+(?=.)", "") : "";
        if (!digits || significant.length() > 11) {
            throw new UserError("invalid value " + value + " for " + key);
        }
        long number = Long.parseLong(significant, radix);
        if (number > HIGHEST_ID) {
            throw new UserError("invalid value " + value + " for " + key);
        }
        return number;
    }

    private void check() throws UserError {
        if (type == Mount.Type.BIND || type == Mount.Type.TMPFS) {
            forbid("mode", mode);
            forbid("uid", uid);
            forbid("gid", gid);
        }
        if (type == Mount.Type.SECRET) {
            checkSecret();
        }
        if (sharing.isPresent() && type != Mount.Type.CACHE) {
            throw new UserError("invalid cache sharing set for " + name(type) + " mount");
        }
    }

    private void forbid(String key, OptionalLong value) throws UserError {
        if (value.isPresent()) {
            throw new UserError(key + " not allowed for " + Text.quote(name(type)) + " type mounts");
        }
    }

    private void checkSecret() throws UserError {
        if (!from.isEmpty()) {
            throw new UserError("secret mount should not have a from");
        }
        if (sharing.isPresent()) {
            throw new UserError("secret mount should not define sharing");
        }
        if (source.isEmpty() && target.isEmpty() && id.isEmpty()) {
            throw new UserError("invalid secret mount. one of source, target required");
        }
        if (!source.isEmpty() && !id.isEmpty()) {
            throw new UserError("both source and id can't be set");
        }
    }

    private Mount mount() {
        boolean usuallyReadOnly = type != Mount.Type.CACHE && type != Mount.Type.TMPFS;
        return new Mount(
                type,
                from,
                source,
                target,
                readOnly.orElse(usuallyReadOnly),
                sizeLimit,
                id,
                sharing,
                required,
                env,
                mode,
                uid,
                gid);
    }
}
