package dev.jbuild.fs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Which ids of users or groups there are in a user namespace, and what they are outside of it: the kernel refuses all others
 * as owners of files and processes.
 */
public record IdMap(List<Range> ranges) {
    private static final long ALL = 0xFFFF_FFFFL;

    public IdMap {
        ranges = List.copyOf(ranges);
    }

    /** Some ids that follow one another, inside and outside of the namespace. */
    public record Range(long inside, long outside, long count) {
        boolean has(long id) {
            return id >= inside && id - inside < count;
        }
    }

    /** The users of the namespace that this process is in. */
    public static IdMap users() throws IOException {
        return parse(Files.readString(Path.of("/proc/self/uid_map")));
    }

    /** The groups of the namespace that this process is in. */
    public static IdMap groups() throws IOException {
        return parse(Files.readString(Path.of("/proc/self/gid_map")));
    }

    /** Of the contents of such a file. */
    static IdMap parse(String map) {
        return new IdMap(map.lines()
                .map(line -> line.strip().split("\\s+", -1))
                .filter(fields -> fields.length == 3)
                .map(fields ->
                        new Range(Long.parseLong(fields[0]), Long.parseLong(fields[1]), Long.parseLong(fields[2])))
                .toList());
    }

    /** Whether this is the namespace of the machine, or one that is as good. */
    public boolean isOfMachine() {
        return ranges.equals(List.of(new Range(0, 0, ALL)));
    }

    public boolean has(long id) {
        return ranges.stream().anyMatch(range -> range.has(id));
    }

    /** How many there are. */
    public long count() {
        return ranges.stream().mapToLong(Range::count).sum();
    }
}
