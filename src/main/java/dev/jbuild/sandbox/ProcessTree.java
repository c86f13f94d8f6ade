package dev.jbuild.sandbox;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A process with all that descend from it, as {@code /proc} has them at one moment (proc(5)). */
public final class ProcessTree {
    private static final Path PROC = Path.of("/proc");
    /** Fields of {@code stat} behind the name, which may hold anything, counted from 0. */
    private static final int STATE = 0;

    private static final int PARENT = 1;
    private static final int USER_TIME = 11;
    private static final int SYSTEM_TIME = 12;
    private static final int LONGEST_COMMAND = 200;

    private final long root;
    private final Map<Long, One> all;

    private ProcessTree(long root, Map<Long, One> all) {
        this.root = root;
        this.all = all;
    }

    /**
     * One process.
     *
     * @param state a letter, such as S for one that sleeps
     * @param ticks of processor time that it used
     */
    private record One(long id, long parent, String state, String name, long ticks) {}

    /** Looks at a process of this machine, and at all others for its descendants. */
    public static ProcessTree of(long root) throws IOException {
        Map<Long, One> all = new TreeMap<>();
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROC, "[0-9]*")) {
            for (Path process : processes) {
                read(process, all);
            }
        }
        return new ProcessTree(root, all);
    }

    private static void read(Path process, Map<Long, One> all) {
        String stat = text(process.resolve("stat"));
        int open = stat.indexOf('(');
        int close = stat.lastIndexOf(')');
        if (open < 0 || close < open) {
            return; // it has ended
        }
        String[] fields = stat.substring(close + 1).strip().split(" ", -1);
        long id = Long.parseLong(String.valueOf(process.getFileName()));
        all.put(
                id,
                new One(
                        id,
                        Long.parseLong(fields[PARENT]),
                        fields[STATE],
                        stat.substring(open + 1, close),
                        Long.parseLong(fields[USER_TIME]) + Long.parseLong(fields[SYSTEM_TIME])));
    }

    /** Empty for what can't be read: the process is gone, or not ours to look into. */
    private static String text(Path file) {
        try {
            return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
        } catch (IOException e) {
            return "";
        }
    }

    private List<One> childrenOf(long parent) {
        return all.values().stream().filter(each -> each.parent() == parent).toList();
    }

    /** What changes whenever one of them does something: processes, processor time, bytes read and written. */
    public List<Long> activity() {
        List<Long> numbers = new ArrayList<>();
        addActivity(root, numbers);
        return numbers;
    }

    private void addActivity(long parent, List<Long> numbers) {
        for (One child : childrenOf(parent)) {
            numbers.add(child.id());
            numbers.add(child.ticks());
            text(process(child).resolve("io"))
                    .lines()
                    .filter(line -> line.startsWith("rchar:") || line.startsWith("wchar:"))
                    .forEach(line -> numbers.add(
                            Long.parseLong(line.substring(line.indexOf(':') + 1).strip())));
            addActivity(child.id(), numbers);
        }
    }

    private static Path process(One one) {
        return PROC.resolve(Long.toString(one.id()));
    }

    /** A line for each descendant, indented, and below it where in the kernel it waits, as far as that may be seen. */
    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        addLines(root, "", lines);
        return lines;
    }

    private void addLines(long parent, String indent, List<String> lines) {
        for (One child : childrenOf(parent)) {
            lines.add("%s%d %s %s".formatted(indent, child.id(), child.state(), command(child)));
            stack(child).forEach(line -> lines.add(indent + "    " + line));
            addLines(child.id(), indent + "  ", lines);
        }
    }

    private static String command(One one) {
        String command =
                text(process(one).resolve("cmdline")).replace('\0', ' ').strip();
        String printable = command.replaceAll("\\p{Cntrl}+", " ");
        String shown = printable.isEmpty() ? "[" + one.name() + "]" : printable;
        return shown.length() <= LONGEST_COMMAND ? shown : shown.substring(0, LONGEST_COMMAND) + "...";
    }

    /** Root may see the whole stack, others at most the function. */
    private static List<String> stack(One one) {
        List<String> frames = text(process(one).resolve("stack"))
                .lines()
                .map(frame -> frame.replaceFirst("^\\[<\\w+>\\] ", "in "))
                .toList();
        if (!frames.isEmpty()) {
            return frames;
        }
        String function = text(process(one).resolve("wchan"));
        return function.isEmpty() || function.equals("0") ? List.of() : List.of("in " + function);
    }
}
