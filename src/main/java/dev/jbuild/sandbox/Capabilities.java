package dev.jbuild.sandbox;

import dev.jbuild.problem.UserError;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;

/** A set of Linux capabilities, by number. */
public record Capabilities(long mask) {
    /** In the order of the kernel's numbers. */
    private static final List<String> NAMES = List.of(
            "CHOWN",
            "DAC_OVERRIDE",
            "DAC_READ_SEARCH",
            "FOWNER",
            "FSETID",
            "KILL",
            "SETGID",
            "SETUID",
            "SETPCAP",
            "LINUX_IMMUTABLE",
            "NET_BIND_SERVICE",
            "NET_BROADCAST",
            "NET_ADMIN",
            "NET_RAW",
            "IPC_LOCK",
            "IPC_OWNER",
            "SYS_MODULE",
            "SYS_RAWIO",
            "SYS_CHROOT",
            "SYS_PTRACE",
            "SYS_PACCT",
            "SYS_ADMIN",
            "SYS_BOOT",
            "SYS_NICE",
            "SYS_RESOURCE",
            "SYS_TIME",
            "SYS_TTY_CONFIG",
            "MKNOD",
            "LEASE",
            "AUDIT_WRITE",
            "AUDIT_CONTROL",
            "SETFCAP",
            "MAC_OVERRIDE",
            "MAC_ADMIN",
            "SYSLOG",
            "WAKE_ALARM",
            "BLOCK_SUSPEND",
            "AUDIT_READ",
            "PERFMON",
            "BPF",
            "CHECKPOINT_RESTORE");

    /** Those that containers of Docker and BuildKit have. */
    public static final Capabilities DEFAULT = of(
            "CHOWN",
            "DAC_OVERRIDE",
            "FOWNER",
            "FSETID",
            "KILL",
            "SETGID",
            "SETUID",
            "SETPCAP",
            "NET_BIND_SERVICE",
            "NET_RAW",
            "SYS_CHROOT",
            "MKNOD",
            "AUDIT_WRITE",
            "SETFCAP");

    private static final Capabilities ALL = new Capabilities((1L << NAMES.size()) - 1);

    /** Some, by their names. */
    static Capabilities of(String... names) {
        return new Capabilities(Arrays.stream(names)
                .mapToLong(name -> 1L << NAMES.indexOf(name))
                .reduce(0, (a, b) -> a | b));
    }

    /**
     * This set with some added and some dropped, by names such as {@code NET_ADMIN}, {@code cap_net_admin} or {@code ALL}.
     * As docker has it, single ones count for more than {@code ALL}.
     */
    public Capabilities changed(List<String> added, List<String> dropped) throws UserError {
        boolean dropAll = isAll(dropped);
        Capabilities base = dropAll ? new Capabilities(0) : isAll(added) ? ALL : this;
        long more = mask(added, isAll(added) && dropAll ? ALL.mask : 0);
        long less = mask(dropped, 0);
        return new Capabilities(dropAll ? more : (base.mask | more) & ~less);
    }

    /** Whether one is in the set, by a name such as {@code NET_ADMIN}; false for a name that is none. */
    public boolean has(String name) {
        OptionalInt number = number(name);
        return number.isPresent() && (mask >> number.getAsInt() & 1) != 0;
    }

    private static boolean isAll(List<String> names) {
        return names.stream().anyMatch(name -> canonical(name).equals("ALL"));
    }

    private static long mask(List<String> names, long start) throws UserError {
        long mask = start;
        for (String name : names) {
            if (!canonical(name).equals("ALL")) {
                mask |= 1L << number(name).orElseThrow(() -> new UserError("unknown capability \"" + name + "\""));
            }
        }
        return mask;
    }

    private static OptionalInt number(String name) {
        int number = NAMES.indexOf(canonical(name));
        return number < 0 ? OptionalInt.empty() : OptionalInt.of(number);
    }

    private static String canonical(String name) {
        String upper = name.toUpperCase(Locale.ROOT);
        return upper.startsWith("CAP_") ? upper.substring(4) : upper;
    }

    /** Those that this process may give away. */
    static Capabilities ofThisProcess() {
        try {
            return Files.readString(Path.of("/proc/self/status"), StandardCharsets.ISO_8859_1)
                    .lines()
                    .filter(line -> line.startsWith("CapEff:"))
                    .map(line -> new Capabilities(
                            Long.parseUnsignedLong(line.substring(7).strip(), 16)))
                    .findFirst()
                    .orElse(ALL);
        } catch (IOException e) {
            return ALL; // the native program will tell
        }
    }

    /** Those of a set that another one has, too. */
    Capabilities and(Capabilities other) {
        return new Capabilities(mask & other.mask);
    }

    /** Those of this set that another one doesn't have. */
    Capabilities without(Capabilities other) {
        return new Capabilities(mask & ~other.mask);
    }

    /** Names such as {@code CAP_CHOWN}. */
    List<String> names() {
        return numbers().stream()
                .filter(number -> number < NAMES.size())
                .map(number -> "CAP_" + NAMES.get(number))
                .toList();
    }

    List<Integer> numbers() {
        List<Integer> numbers = new ArrayList<>();
        for (int i = 0; i < Long.SIZE; i++) {
            if ((mask >>> i & 1) != 0) {
                numbers.add(i);
            }
        }
        return numbers;
    }
}
