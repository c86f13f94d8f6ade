package dev.jbuild.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jbuild.testing.Needs;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * Attempts to get out of a container ({@code src/test/c/escape}), made in each kind of container. All must fail there, and
 * succeed without a sandbox: in a root directory of their own, with all privileges. Prints a list with the results.
 */
class EscapeIT extends EndToEnd {
    private static final Pattern OUTCOME =
            Pattern.compile("^(\\S+) (held|ESCAPED|DIED|unable) (\\d+) (.*)$", Pattern.MULTILINE);

    private static final String CONTROL = "no sandbox";

    /** How many must be known here to be more than nothing. */
    private static final int ENOUGH = 100;

    /** What a terminal is given to, with another descriptor that is open. */
    private static final List<String> IN_TERMINAL =
            List.of("sh", "-c", "exec script -qec \"exec 9</; exec $*\" /dev/null", "sh");

    /** Devices are filtered by control groups of version 2. */
    private static final List<String> UNFILTERED = List.of(
            "unshare",
            "-m",
            "sh",
            "-ec",
            "for m in $(findmnt -rnt cgroup2 -o TARGET); do umount -l $m; done; exec \"$@\"",
            "sh");

    private static final String WITHOUT_SANDBOX = "for d in proc sys dev; do mount --rbind /$d $0/$d; done; exec 9</;"
            + " exec chroot $0 /escape control chroot";

    private final Map<String, Map<String, String>> results = new LinkedHashMap<>();
    private final List<String> surroundings = new ArrayList<>();

    private Path image() {
        return work().resolve("image");
    }

    private Path attempts() {
        return image().resolve("escape");
    }

    private void makeImage() throws IOException {
        for (String directory : List.of("tmp", "proc", "sys", "dev", "etc")) {
            Files.createDirectories(image().resolve(directory));
        }
        write("image/etc/hosts", "127.0.0.1 localhost\n");
        Program.shell("sh src/test/c/escape/compile.sh '" + attempts() + "'; chmod 1777 '" + image() + "/tmp'");
        Path buildfile = write("Buildfile", "FROM scratch\nCOPY image /\n");
        jbuild.run("build", "-q", "-t", "attempts", "-f", buildfile.toString(), work().toString())
                .succeeded();
    }

    /** What attempts are to reach, on the machine; it is there until it is closed. */
    private final class Prey implements AutoCloseable {
        final Map<String, String> variables = new LinkedHashMap<>();
        private final Process process;

        Prey() throws IOException {
            Path file = temp.resolve("prey");
            String text = "kept-from-containers-" + System.nanoTime();
            Files.writeString(file, text + "\n" + " ".repeat(8192));
            process = new ProcessBuilder(attempts().toString(), "prey", file.toString())
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            variables.put("PREY_FILE", file.toString());
            variables.put("PREY_TEXT", text);
            var out = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.US_ASCII));
            for (String line = out.readLine(); line != null && !line.isEmpty(); line = out.readLine()) {
                variables.put(line.substring(0, line.indexOf('=')), line.substring(line.indexOf('=') + 1));
            }
        }

        @Override
        public void close() throws IOException {
            process.getOutputStream().close();
            process.onExit().join();
        }
    }

    private void note(String where, String printed) {
        surroundings.add(where);
        Matcher outcome = OUTCOME.matcher(printed.replace("\r", ""));
        while (outcome.find()) {
            String verdict = outcome.group(2).equals("held") ? "held: " + outcome.group(4) : outcome.group(2);
            verdict = where.equals(CONTROL) ? verdict.replace("held", "not here") : verdict;
            results.computeIfAbsent(outcome.group(1), name -> new LinkedHashMap<>())
                    .put(where, verdict);
        }
    }

    private void withoutSandbox(Prey prey) throws IOException {
        List<String> unshare = List.of("unshare", "-m", "--propagation=private");
        List<String> plain = new ArrayList<>(unshare);
        plain.addAll(List.of(attempts().toString(), "control", "plain"));
        List<String> inRoot = new ArrayList<>(unshare);
        inRoot.addAll(List.of("script", "-qec", "sh -ec '" + WITHOUT_SANDBOX + "' " + image(), "/dev/null"));
        StringBuilder printed = new StringBuilder();
        for (List<String> command : List.of(inRoot, plain)) {
            ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
            builder.environment().putAll(prey.variables);
            Process process = builder.start();
            process.getOutputStream().close();
            printed.append(new String(Program.all(process.getInputStream()), StandardCharsets.UTF_8));
        }
        note(CONTROL, printed.toString());
    }

    private void inContainer(String where, Program program, List<String> command, Prey prey, String... options) {
        List<String> within = new ArrayList<>(command);
        within.addAll(IN_TERMINAL);
        program.within(within);
        List<String> arguments = new ArrayList<>(List.of("run", "--rm", "--network=none"));
        arguments.addAll(Arrays.asList(options));
        prey.variables.forEach((name, value) -> arguments.addAll(List.of("-e", name + "=" + value)));
        arguments.addAll(List.of("attempts", "/escape"));
        note(where, program.run(arguments.toArray(String[]::new)).succeeded().out());
    }

    @Test
    void nothingGetsOut() throws IOException {
        boolean installed = Program.shell("command -v newuidmap >/dev/null && command -v script || true").length > 0;
        Needs.machine(installed, "newuidmap or script is not installed; the packages uidmap and bsdutils have them");
        makeImage();
        TestUser user =
                new TestUser(Files.createDirectory(temp.resolve("user")), "alice", 1500, "alice:200000:65536\n");
        user.program()
                .run(jbuild.run("save", "attempts").succeeded().bytes(), "load")
                .succeeded();
        String before = machine();
        try (Prey prey = new Prey()) {
            withoutSandbox(prey);
            inContainer("root", jbuild, List.of(), prey);
            inContainer("root, limited", jbuild, List.of(), prey, "--memory=512m", "--pids-limit=200");
            inContainer("root, no device filter", jbuild, UNFILTERED, prey);
            inContainer("userns=auto", jbuild, List.of(), prey, "--userns=auto");
            inContainer("rootless", user.program(), user.command(), prey);
        }
        assertThat(machine()).isEqualTo(before);
        print();
        assertThat(results).hasSizeGreaterThan(ENOUGH);
        results.forEach((attempt, outcomes) -> surroundings.stream()
                .skip(1)
                .forEach(where -> assertThat(outcomes.get(where))
                        .as("%s: %s", where, attempt)
                        .startsWith("held: ")));
        assertThat(results.values().stream().filter(outcomes -> "ESCAPED".equals(outcomes.get(CONTROL))))
                .as("attempts that succeed without a sandbox")
                .hasSizeGreaterThan(ENOUGH);
    }

    /** What containers mustn't change. */
    private static String machine() {
        return new String(
                Program.shell("cat /proc/sys/kernel/core_pattern /proc/sys/kernel/hostname /proc/self/mounts;"
                        + " sha256sum '" + Program.launcher() + "' '"
                        + Program.launcher().resolveSibling("../libexec/jbuild-sandbox") + "'"),
                StandardCharsets.UTF_8);
    }

    private void print() {
        String row = "%-28s" + " %-30s".repeat(surroundings.size()) + "%n";
        List<String> heading = new ArrayList<>(List.of("attempt"));
        heading.addAll(surroundings);
        StringBuilder table = new StringBuilder(row.formatted(heading.toArray()));
        results.forEach((attempt, outcomes) -> {
            List<String> cells = new ArrayList<>(List.of(attempt));
            surroundings.forEach(where -> cells.add(outcomes.getOrDefault(where, "-")));
            table.append(row.formatted(cells.toArray()));
        });
        String counts = surroundings.stream()
                .map(where -> where + " "
                        + results.values().stream()
                                .filter(outcomes -> "ESCAPED".equals(outcomes.get(where)))
                                .count())
                .collect(Collectors.joining(", "));
        System.out.println(table + "%d attempts; escaped: %s".formatted(results.size(), counts));
    }
}
