package dev.jbuild.sandbox;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The hierarchies of control groups that this process can see: one of version 2, one or more of version 1, or both.
 *
 * @param unified the hierarchy of version 2
 * @param controllers those of version 1 by controller; some may be the same
 */
record CgroupMounts(Optional<Hierarchy> unified, Map<String, Hierarchy> controllers) {
    static final CgroupMounts NONE = new CgroupMounts(Optional.empty(), Map.of());

    CgroupMounts {
        controllers = Map.copyOf(controllers);
    }

    /**
     * A hierarchy.
     *
     * @param mount where it is mounted
     * @param own the directory of the group that this process is in
     * @param options what it is mounted with: of version 1, its controllers
     */
    record Hierarchy(Path mount, Path own, String options) {}

    static CgroupMounts ofThisProcess() {
        try {
            return parse(
                    Files.readString(Path.of("/proc/self/mountinfo"), StandardCharsets.ISO_8859_1),
                    Files.readString(Path.of("/proc/self/cgroup"), StandardCharsets.ISO_8859_1));
        } catch (IOException e) {
            return NONE;
        }
    }

    /** Of the contents of {@code /proc/self/mountinfo} and {@code /proc/self/cgroup}. */
    static CgroupMounts parse(String mountInfo, String groups) {
        Map<String, String> own = new LinkedHashMap<>();
        groups.lines()
                .map(line -> line.split(":", 3))
                .filter(fields -> fields.length == 3)
                .forEach(fields -> {
                    for (String controller : fields[1].split(",", -1)) {
                        own.put(controller, fields[2]);
                    }
                });
        Optional<Hierarchy> unified = Optional.empty();
        Map<String, Hierarchy> controllers = new LinkedHashMap<>();
        for (String line : mountInfo.lines().toList()) {
            String[] halves = line.split(" - ", 2);
            if (halves.length < 2) {
                continue;
            }
            String[] first = halves[0].split(" ", -1);
            String[] second = halves[1].split(" ", -1);
            String type = second[0];
            List<String> options = Arrays.asList(second[second.length - 1].split(",", -1));
            if (type.equals("cgroup2") && own.containsKey("")) {
                unified = unified.or(() -> Optional.of(hierarchy(first, own.getOrDefault("", "/"), "")));
            } else if (type.equals("cgroup")) {
                List<String> names = options.stream().filter(own::containsKey).toList();
                for (String name : names) {
                    controllers.putIfAbsent(
                            name, hierarchy(first, own.getOrDefault(name, "/"), String.join(",", names)));
                }
            }
        }
        return new CgroupMounts(unified, controllers);
    }

    /** @param fields of a line of mountinfo: the fourth is the root of the mount, the fifth where it is */
    private static Hierarchy hierarchy(String[] fields, String own, String options) {
        String root = fields[3];
        Path mount = Path.of(fields[4]);
        boolean below = root.equals("/") || own.equals(root) || own.startsWith(root + "/");
        String rest = root.equals("/") || !below ? own : own.substring(root.length());
        boolean seen = below && !own.startsWith("/..");
        return new Hierarchy(mount, seen ? mount.resolve(rest.replaceFirst("^/+", "")) : mount, options);
    }
}
