package dev.jbuild.inspect;

import dev.jbuild.layer.EntryType;
import dev.jbuild.layer.LayerEntry;
import dev.jbuild.problem.UsageError;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What find(1) chooses files by, with its words; each is told by the text of a flag. */
public final class EntryFilters {
    private static final Map<String, EntryType> TYPES = Map.of(
            "f", EntryType.FILE,
            "d", EntryType.DIRECTORY,
            "l", EntryType.SYMLINK,
            "c", EntryType.CHARACTER_DEVICE,
            "b", EntryType.BLOCK_DEVICE,
            "p", EntryType.FIFO,
            "w", EntryType.WHITEOUT);
    private static final Map<String, Long> UNITS =
            Map.of("", 1L, "c", 1L, "b", 512L, "k", 1L << 10, "M", 1L << 20, "G", 1L << 30);
    private static final Pattern SIZE = Pattern.compile("([+-]?)([0-9]{1,12})([cbkMG]?)");
    private static final Pattern PERMISSIONS = Pattern.compile("([-/]?)(?:([0-7]{1,4})|([ugoa=+rwxst,]+))");
    private static final Pattern CLAUSE = Pattern.compile("([ugoa]*)[=+]([rwxst]*)");
    private static final Pattern CONTENT = Pattern.compile("(?:sha256:)?([0-9a-f]{7,64})");
    private static final int ALL_BITS = 07777;

    private EntryFilters() {}

    /** Whose name matches a pattern. */
    public static Predicate<LayerEntry> name(String glob) {
        Pattern pattern = glob(glob);
        return entry -> pattern.matcher(
                        entry.path().isRoot() ? "/" : entry.path().fileName().toString())
                .matches();
    }

    /** Whose whole path, from the root's slash on, matches a pattern. Wildcards match slashes too. */
    public static Predicate<LayerEntry> path(String glob) {
        Pattern pattern = glob(glob);
        return entry -> pattern.matcher(EntryReport.path(entry.path())).matches();
    }

    /** As fnmatch(3) reads it. */
    private static Pattern glob(String glob) {
        StringBuilder regex = new StringBuilder();
        for (int i = 0; i < glob.length(); i++) {
            char c = glob.charAt(i);
            int end = c == '[' ? glob.indexOf(']', i + (glob.startsWith("!", i + 1) ? 3 : 2)) : -1;
            if (c == '*') {
                regex.append(".*");
            } else if (c == '?') {
                regex.append('.');
            } else if (end > 0) {
                regex.append(set(glob.substring(i + 1, end)));
                i = end;
            } else if (c == '\\' && i + 1 < glob.length()) {
                regex.append(Pattern.quote(glob.substring(i + 1, i + 2)));
                i++;
            } else {
                regex.append(Pattern.quote(String.valueOf(c)));
            }
        }
        return Pattern.compile(regex.toString(), Pattern.DOTALL);
    }

    private static String set(String members) {
        boolean none = members.startsWith("!") || members.startsWith("^");
        // Of what is special to Java's sets only the dash of a range means the same here.
        String escaped = (none ? members.substring(1) : members).replaceAll("[\\[\\]\\\\^&]", "\\\\$0");
        return "[" + (none ? "^" : "") + escaped + "]";
    }

    /** Of one of these types, such as {@code f} or {@code f,l}. */
    public static Predicate<LayerEntry> type(String letters) throws UsageError {
        Set<EntryType> types = EnumSet.noneOf(EntryType.class);
        for (String letter : letters.split(",", -1)) {
            EntryType type = TYPES.get(letter);
            if (type == null) {
                throw new UsageError(
                        "--type: there is no type \"" + letter + "\"",
                        "known are f (file), d (directory), l (symlink), c and b (devices), p (fifo)"
                                + " and w (a layer's mark of removal)");
            }
            types.add(type);
        }
        return entry -> types.contains(entry.type());
    }

    /** Larger than {@code +N}, smaller than {@code -N}, or {@code N}; in units, of which a part counts as one. */
    public static Predicate<LayerEntry> size(String text) throws UsageError {
        Matcher matcher = SIZE.matcher(text);
        if (!matcher.matches()) {
            throw new UsageError("--size " + text, "write N, +N or -N, with c (bytes), k, M or G behind it");
        }
        long wanted = Long.parseLong(matcher.group(2));
        long unit = UNITS.getOrDefault(matcher.group(3), 1L);
        String sign = matcher.group(1);
        return entry -> {
            int order = Long.compare((entry.size() + unit - 1) / unit, wanted);
            return sign.equals("+") ? order > 0 : sign.equals("-") ? order < 0 : order == 0;
        };
    }

    /** With exactly these permissions; with all of {@code -MODE}; with any of {@code /MODE}. */
    public static Predicate<LayerEntry> permissions(String text) throws UsageError {
        Matcher matcher = PERMISSIONS.matcher(text);
        if (!matcher.matches()) {
            throw noMode(text);
        }
        int mode = matcher.group(2) != null ? Integer.parseInt(matcher.group(2), 8) : symbolic(matcher.group(3), text);
        return switch (matcher.group(1)) {
            case "-" -> entry -> isThere(entry) && (entry.mode() & mode) == mode;
            case "/" -> entry -> isThere(entry) && (mode == 0 || (entry.mode() & mode) != 0);
            default -> entry -> isThere(entry) && entry.mode() == mode;
        };
    }

    private static boolean isThere(LayerEntry entry) {
        return entry.type() != EntryType.WHITEOUT;
    }

    private static int symbolic(String text, String whole) throws UsageError {
        int mode = 0;
        for (String clause : text.split(",", -1)) {
            Matcher matcher = CLAUSE.matcher(clause);
            if (!matcher.matches()) {
                throw noMode(whole);
            }
            String who = matcher.group(1);
            int mask = who.isEmpty() || who.contains("a") ? ALL_BITS : 0;
            mask |= who.contains("u") ? 04700 : 0;
            mask |= who.contains("g") ? 02070 : 0;
            mask |= who.contains("o") ? 01007 : 0;
            mode |= mask & bits(matcher.group(2));
        }
        return mode;
    }

    private static int bits(String permissions) {
        int bits = permissions.contains("r") ? 0444 : 0;
        bits |= permissions.contains("w") ? 0222 : 0;
        bits |= permissions.contains("x") ? 0111 : 0;
        bits |= permissions.contains("s") ? 06000 : 0;
        return bits | (permissions.contains("t") ? 01000 : 0);
    }

    private static UsageError noMode(String text) {
        return new UsageError("--perm " + text + " is no mode", "write it as 644, -4000, /022 or -u+s");
    }

    /** Of this user. */
    public static Predicate<LayerEntry> user(String number) throws UsageError {
        long uid = id("--user", number, "passwd");
        return entry -> isThere(entry) && entry.uid() == uid;
    }

    /** Of this group. */
    public static Predicate<LayerEntry> group(String number) throws UsageError {
        long gid = id("--group", number, "group");
        return entry -> isThere(entry) && entry.gid() == gid;
    }

    private static long id(String flag, String number, String file) throws UsageError {
        if (!number.matches("[0-9]{1,10}")) {
            throw new UsageError(
                    flag + " " + number + " is no number", "numbers are found by: jbuild cat IMAGE:/etc/" + file);
        }
        return Long.parseLong(number);
    }

    /** Files whose content has this digest, or one that begins so. */
    public static Predicate<LayerEntry> content(String hex) throws UsageError {
        Matcher matcher = CONTENT.matcher(hex.toLowerCase(Locale.ROOT));
        if (!matcher.matches()) {
            throw new UsageError("--sha256 " + hex + " is no digest", "write 64 hexadecimal digits, or the first 7");
        }
        String wanted = matcher.group(1);
        return entry -> entry.content()
                .filter(content -> content.hex().startsWith(wanted))
                .isPresent();
    }

    /** Changed after a time: a date, an instant as of ISO 8601, or seconds since the epoch. */
    public static Predicate<LayerEntry> newer(String time) throws UsageError {
        long seconds = seconds(time);
        return entry -> isThere(entry) && entry.mtimeSeconds() > seconds;
    }

    private static long seconds(String time) throws UsageError {
        try {
            if (time.matches("@?[0-9]{1,12}")) {
                return Long.parseLong(time.replace("@", ""));
            }
            return time.length() == "2026-01-31".length()
                    ? LocalDate.parse(time).atStartOfDay(ZoneOffset.UTC).toEpochSecond()
                    : Instant.parse(time).getEpochSecond();
        } catch (DateTimeException e) {
            throw new UsageError(
                    "--newer " + time + " is no time", "write it as 2026-01-31, 2026-01-31T12:00:00Z or @1700000000");
        }
    }
}
