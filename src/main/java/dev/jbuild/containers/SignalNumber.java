package dev.jbuild.containers;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;

/** The signals of Linux by name; they have the same numbers on x86-64 and arm64. */
public final class SignalNumber {
    public static final int KILL = 9;
    public static final int TERM = 15;
    private static final int FIRST_REAL_TIME = 34;
    private static final int LAST_REAL_TIME = 64;
    private static final List<String> NAMES = List.of(
            "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV", "USR2", "PIPE", "ALRM",
            "TERM", "STKFLT", "CHLD", "CONT", "STOP", "TSTP", "TTIN", "TTOU", "URG", "XCPU", "XFSZ", "VTALRM", "PROF",
            "WINCH", "IO", "PWR", "SYS");
    private static final Map<String, Integer> NUMBERS = numbers();

    private SignalNumber() {}

    private static Map<String, Integer> numbers() {
        Map<String, Integer> numbers = new HashMap<>();
        for (int i = 0; i < NAMES.size(); i++) {
            numbers.put(NAMES.get(i), i + 1);
        }
        numbers.putAll(Map.of("IOT", 6, "CLD", 17, "POLL", 29, "RTMIN", FIRST_REAL_TIME, "RTMAX", LAST_REAL_TIME));
        for (int i = 1; i <= LAST_REAL_TIME - FIRST_REAL_TIME; i++) {
            numbers.put("RTMIN+" + i, FIRST_REAL_TIME + i);
            numbers.put("RTMAX-" + i, LAST_REAL_TIME - i);
        }
        return numbers;
    }

    /** Of a name, with or without SIG, or of a number; nothing if there is no such signal. */
    public static OptionalInt of(String text) {
        String upper = text.toUpperCase(Locale.ROOT);
        if (upper.matches("[0-9]{1,3}")) {
            int number = Integer.parseInt(upper);
            return number >= 1 && number <= LAST_REAL_TIME ? OptionalInt.of(number) : OptionalInt.empty();
        }
        Integer number = NUMBERS.get(upper.startsWith("SIG") ? upper.substring(3) : upper);
        return number == null ? OptionalInt.empty() : OptionalInt.of(number);
    }
}
