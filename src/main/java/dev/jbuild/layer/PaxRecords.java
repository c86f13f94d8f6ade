package dev.jbuild.layer;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/** The records of a PAX header. Keys and values are one byte a char. */
final class PaxRecords {
    static final PaxRecords NONE = new PaxRecords(Map.of(), List.of());

    static final String COMMENT = "comment";

    private static final String XATTR = "SCHILY.xattr.";
    private static final String BASE64_XATTR = "LIBARCHIVE.xattr.";

    /**
     * A fraction of time or a whole.
     *
     * @param nanos never negative
     */
    record Time(long seconds, int nanos) {}

    private final Map<String, String> records;
    /** The offsets and lengths of sparse format 0.0, whose keys repeat. */
    private final List<String> sparseNumbers;

    private PaxRecords(Map<String, String> records, List<String> sparseNumbers) {
        this.records = records;
        this.sparseNumbers = sparseNumbers;
    }

    static PaxRecords parse(byte[] body) throws MalformedArchive {
        Map<String, String> records = new HashMap<>();
        List<String> sparseNumbers = new ArrayList<>();
        int at = 0;
        // Some writers pad with NULs.
        while (at < body.length && body[at] != 0) {
            int end = at + length(body, at);
            int key = indexOf(body, ' ', at, end) + 1;
            int equals = indexOf(body, '=', key, end);
            if (equals <= key || body[end - 1] != '\n') {
                throw malformed();
            }
            put(latin1(body, key, equals), latin1(body, equals + 1, end - 1), records, sparseNumbers);
            at = end;
        }
        return new PaxRecords(records, sparseNumbers);
    }

    private static void put(String key, String value, Map<String, String> records, List<String> sparseNumbers)
            throws MalformedArchive {
        boolean text = key.equals("path") || key.equals("linkpath") || key.equals("GNU.sparse.name");
        if (key.indexOf(0) >= 0 || (text && value.indexOf(0) >= 0)) {
            throw new MalformedArchive("invalid PAX header: a NUL in " + key.replace('\0', '?'));
        }
        if (key.equals("GNU.sparse.offset") || key.equals("GNU.sparse.numbytes")) {
            boolean offset = sparseNumbers.size() % 2 == 0;
            if (offset != key.equals("GNU.sparse.offset")) {
                throw malformed();
            }
            sparseNumbers.add(value);
        } else if (value.isEmpty()) {
            records.remove(key);
        } else {
            records.put(key, value);
        }
    }

    private static int length(byte[] body, int at) throws MalformedArchive {
        int length = 0;
        int i = at;
        while (i < body.length && body[i] >= '0' && body[i] <= '9' && length <= body.length) {
            length = 10 * length + body[i] - '0';
            i++;
        }
        if (i == at || i >= body.length || body[i] != ' ' || length > body.length - at || length < i - at + 3) {
            throw malformed();
        }
        return length;
    }

    private static int indexOf(byte[] body, char c, int from, int to) throws MalformedArchive {
        for (int i = from; i < to; i++) {
            if (body[i] == c) {
                return i;
            }
        }
        throw malformed();
    }

    private static String latin1(byte[] body, int from, int to) {
        return new String(body, from, to - from, StandardCharsets.ISO_8859_1);
    }

    private static MalformedArchive malformed() {
        return new MalformedArchive("invalid PAX header: a record isn't whole");
    }

    Optional<String> text(String key) {
        return Optional.ofNullable(records.get(key));
    }

    /** A whole number that isn't negative, or {@code otherwise} if there is no such record. */
    long number(String key, long otherwise) throws MalformedArchive {
        String value = records.get(key);
        return value == null ? otherwise : number(key, value);
    }

    static long number(String key, String value) throws MalformedArchive {
        try {
            long number = Long.parseLong(value);
            if (number >= 0) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Said below.
        }
        throw new MalformedArchive("invalid PAX header: " + key + " is " + value);
    }

    /** A time, which may be negative and have a fraction of any length. */
    Optional<Time> time(String key) throws MalformedArchive {
        String value = records.get(key);
        if (value == null) {
            return Optional.empty();
        }
        int point = value.indexOf('.');
        String whole = point < 0 ? value : value.substring(0, point);
        String fraction = point < 0 ? "" : value.substring(point + 1);
        boolean negative = whole.startsWith("-");
        String nines = (fraction + "000000000").substring(0, 9);
        try {
            boolean digits = fraction.chars().allMatch(c -> c >= '0' && c <= '9');
            if (digits) {
                return Optional.of(
                        time(whole.equals("-") ? 0 : Long.parseLong(whole), Integer.parseInt(nines), negative));
            }
        } catch (NumberFormatException e) {
            // Said below.
        }
        throw new MalformedArchive("invalid PAX header: " + key + " is " + value);
    }

    private static Time time(long whole, int nanos, boolean negative) {
        return negative && nanos > 0 ? new Time(whole - 1, 1_000_000_000 - nanos) : new Time(whole, nanos);
    }

    List<String> sparseNumbers() {
        return sparseNumbers;
    }

    NavigableMap<String, String> xattrs() throws MalformedArchive {
        NavigableMap<String, String> xattrs = new TreeMap<>();
        for (Map.Entry<String, String> record : records.entrySet()) {
            if (record.getKey().startsWith(XATTR)) {
                xattrs.put(utf8(record.getKey().substring(XATTR.length())), record.getValue());
            } else if (record.getKey().startsWith(BASE64_XATTR)) {
                String name = record.getKey().substring(BASE64_XATTR.length());
                if (!records.containsKey(XATTR + name)) {
                    putBase64(name, record.getValue(), xattrs);
                }
            }
        }
        return xattrs;
    }

    private static void putBase64(String name, String value, Map<String, String> xattrs) throws MalformedArchive {
        try {
            String decoded = URLDecoder.decode(name.replace("+", "%2B"), StandardCharsets.UTF_8);
            byte[] bytes = Base64.getDecoder().decode(value.stripTrailing());
            xattrs.putIfAbsent(decoded, new String(bytes, StandardCharsets.ISO_8859_1));
        } catch (IllegalArgumentException e) {
            throw new MalformedArchive("invalid PAX header: the attribute " + name + " can't be decoded");
        }
    }

    private static String utf8(String latin1) {
        return new String(latin1.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    }
}
