package dev.jbuild.sandbox;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/**
 * What the monitor of a container in the background has told so far.
 *
 * @param started absent if its command was not executed yet, or can't be
 * @param end how the command ended, if it has
 * @param ended absent if something of the container may be left, or the monitor was killed
 */
public record ContainerReport(Optional<Started> started, Optional<End> end, Optional<Ended> ended) {
    private static final ContainerReport NONE =
            new ContainerReport(Optional.empty(), Optional.empty(), Optional.empty());

    /**
     * The processes of a container, by their numbers and by when they were started, in ticks since the machine was.
     *
     * @param monitor the parent of the command
     * @param command the first process in the container
     */
    public record Started(Running monitor, Running command, Instant at) {}

    /** A process that had this number when it was started then. */
    public record Running(long pid, long start) {
        private static final int START = 19;

        /** Whether it still has. */
        public boolean isAlive() {
            return start != 0 && startOf(pid) == start;
        }

        /** This process. */
        public static Running ofThis() {
            long pid = ProcessHandle.current().pid();
            return new Running(pid, startOf(pid));
        }

        /** 0 if there is no such process, or it is one that has ended and wasn't waited for. */
        private static long startOf(long pid) {
            try {
                String stat = Files.readString(Path.of("/proc/" + pid + "/stat"), StandardCharsets.ISO_8859_1);
                // The name, in parentheses, may hold anything.
                String[] fields =
                        stat.substring(stat.lastIndexOf(')') + 2).strip().split(" ", -1);
                return fields[0].equals("Z") || fields[0].equals("X") ? 0 : Long.parseLong(fields[START]);
            } catch (IOException | RuntimeException e) {
                return 0;
            }
        }
    }

    /** How a command ended. */
    public record End(int status, int signal) {}

    /** When all was over, and how many processes were killed because memory was short. */
    public record Ended(Instant at, long outOfMemoryKills) {}

    /** Reads the file that the monitor appends to; a record that is not whole yet counts for nothing. */
    static ContainerReport read(Path file) throws IOException {
        try {
            return parse(Files.readAllBytes(file));
        } catch (NoSuchFileException e) {
            return NONE;
        }
    }

    static ContainerReport parse(byte[] bytes) {
        int whole = bytes.length;
        while (whole > 0 && bytes[whole - 1] != 0) {
            whole--;
        }
        String text = new String(Arrays.copyOf(bytes, whole), StandardCharsets.UTF_8);
        Iterator<String> words = List.of(text.split("\0")).iterator();
        ContainerReport report = NONE;
        try {
            while (words.hasNext()) {
                report = report.with(words.next(), words);
            }
        } catch (java.util.NoSuchElementException | NumberFormatException e) {
            return report;
        }
        return report;
    }

    private ContainerReport with(String kind, Iterator<String> words) {
        switch (kind) {
            case "started" -> {
                Started first = new Started(running(words), running(words), instant(words.next()));
                return new ContainerReport(Optional.of(first), end, ended);
            }
            case "exit" -> {
                End last = new End(Integer.parseInt(words.next()), Integer.parseInt(words.next()));
                for (int i = 0; i < 5; i++) {
                    words.next(); // what it used is in the control group's files, which are gone
                }
                return new ContainerReport(started, Optional.of(last), ended);
            }
            case "ended" -> {
                Ended all = new Ended(instant(words.next()), Long.parseLong(words.next()));
                return new ContainerReport(started, end, Optional.of(all));
            }
            default -> {
                return this;
            }
        }
    }

    private static Running running(Iterator<String> words) {
        return new Running(Long.parseLong(words.next()), Long.parseLong(words.next()));
    }

    private static Instant instant(String seconds) {
        BigDecimal time = new BigDecimal(seconds);
        return Instant.ofEpochSecond(
                time.longValue(),
                time.subtract(BigDecimal.valueOf(time.longValue()))
                        .movePointRight(9)
                        .longValue());
    }
}
