package dev.jbuild.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jbuild.testing.DockerRegistry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Several programs at work on one store are killed at moments that a seed chooses: {@code -Djbuild.kills=N} kills so many,
 * {@code -Djbuild.kills.seed=N} chooses others.
 */
class KillsIT extends EndToEnd {
    private static final int KILLS = Integer.getInteger("jbuild.kills", 6);
    private static final long SEED = Long.getLong("jbuild.kills.seed", 1);
    private static final int AT_ONCE = 4;
    private static final int REMOTE = 2;
    private static final int NAMES = 6;
    /** In the command line of what the steps run. */
    private static final String MARK = "killed-" + ProcessHandle.current().pid();

    private static final Pattern UNFINISHED = Pattern.compile("/(new[0-9]+[^/]*|[^/]+\\.(new|old|part|tmp)[0-9]*)$");

    private final Random random = new Random(SEED);
    /** The images that a program said it had made, and what their file {@code /n} says. */
    private final Map<String, String> done = new LinkedHashMap<>();

    private final Map<String, Integer> killedAt = new TreeMap<>();
    private final List<Long> killed = new ArrayList<>();
    private @Nullable DockerRegistry registry;
    private String domain = "";
    private int made;

    /** A program at work, and the image that there is when it ends well. */
    private record Work(String what, Process process, String name, String content) {}

    @BeforeEach
    void images() throws Exception {
        DockerRegistry running = DockerRegistry.start(temp, "");
        registry = running;
        domain = running.domain();
        jbuild.env("TMPDIR", Files.createDirectory(temp.resolve("tmp")).toString());
        jbuild.withBusybox();
        write("context/few", "few\n");
        Files.write(work().resolve("context/many"), bytes(3_000_000));
        write("context/Buildfile", """
                FROM busybox AS other
                ARG N
                RUN : %1$s; head -c 300000 /dev/urandom > /other && echo $N > /n
                FROM busybox
                ARG N
                COPY few many /
                RUN : %1$s; mkdir /d && for i in $(seq 60); do echo $i $N > /d/$i; done && head -c 700000 /dev/urandom > /r
                COPY --from=other /other /n /
                RUN --mount=type=cache,target=/c : %1$s; echo $N >> /c/all && rm /d/1*
                """.formatted(MARK));
        Program other = new Program(temp.resolve("other"), work());
        other.withBusybox();
        for (int i = 0; i < REMOTE; i++) {
            String name = domain + "/it:" + i;
            other.run("build", "-q", "--build-arg", "N=r" + i, "-t", name, "context")
                    .succeeded();
            other.run("push", "-q", name).succeeded();
            other.run("save", "--format", i % 2 == 0 ? "oci" : "docker", "-o", "it" + i + ".tar", name)
                    .succeeded();
        }
    }

    private byte[] bytes(int size) {
        byte[] bytes = new byte[size];
        random.nextBytes(bytes);
        return bytes;
    }

    @AfterEach
    void stop() {
        DockerRegistry running = registry;
        if (running != null) {
            running.close();
        }
    }

    @Test
    void whatWasDoneStaysAndWhatWasNotIsSwept() throws Exception {
        while (killed.size() < KILLS) {
            List<Work> works = new ArrayList<>();
            for (int i = 0; i < AT_ONCE; i++) {
                works.add(begin());
            }
            for (Work work : works) {
                Thread.sleep(random.nextInt(random.nextInt(3) == 0 ? 3000 : 800));
                // Some are left alone: what happens to others must not harm them.
                if (random.nextInt(5) > 0 && work.process().isAlive()) {
                    // Not by the process itself, which would close what it printed.
                    work.process().toHandle().destroyForcibly();
                    killed.add(work.process().pid());
                    killedAt.merge(work.what(), 1, Integer::sum);
                }
            }
            for (Work work : works) {
                finish(work);
            }
            check();
            System.out.println("killed " + killed.size() + " of " + made + " at " + killedAt);
        }
        for (Map.Entry<String, String> image : done.entrySet()) {
            checkImage(image.getKey(), image.getValue());
        }
    }

    private Work begin() throws IOException {
        int number = made++;
        int remote = random.nextInt(REMOTE);
        switch (random.nextInt(9)) {
            case 0, 1, 2:
                String built = "b" + number;
                return start(built, "" + number, "build", "-q", "--build-arg", "N=" + number, "-t", built, "context");
            case 3:
                String loaded = "l" + number;
                return start(loaded, "r" + remote, "load", "-q", "-i", "it" + remote + ".tar", "-t", loaded);
            case 4, 5:
                String pulled = domain + "/it:" + remote;
                forget(pulled);
                return start(pulled, "r" + remote, "pull", "-q", pulled);
            case 6:
                return start("", "", "push", "-q", image(false), domain + "/pushed:" + number);
            case 7:
                if (done.size() > NAMES) {
                    forget(image(true));
                }
                return start("", "", "prune", "-af");
            default:
                return start("", "", "save", "-o", "saved.tar", image(false));
        }
    }

    /** The oldest or the newest image of those that nobody makes at this moment. */
    private String image(boolean oldest) {
        List<String> names =
                done.keySet().stream().filter(name -> !name.startsWith(domain)).toList();
        return names.isEmpty() ? "busybox" : names.get(oldest ? 0 : names.size() - 1);
    }

    private void forget(String name) {
        if (done.remove(name) != null) {
            jbuild.run("rmi", name).succeeded();
        }
    }

    private Work start(String name, String content, String... args) throws IOException {
        Process process = jbuild.start(args);
        process.getOutputStream().close();
        return new Work(args[0], process, name, content);
    }

    private void finish(Work work) throws InterruptedException {
        assertThat(work.process().waitFor(120, TimeUnit.SECONDS))
                .as(work.what())
                .isTrue();
        if (!killed.contains(work.process().pid()) || work.process().exitValue() == 0) {
            String said = new String(Program.all(work.process().getErrorStream()), StandardCharsets.UTF_8);
            assertThat(work.process().exitValue()).as(work.what() + ": " + said).isZero();
            if (!work.name().isEmpty()) {
                done.put(work.name(), work.content());
            }
        }
    }

    private void check() throws Exception {
        assertThat(jbuild.run("store", "verify", "-q").succeeded().out()).doesNotContain("damaged", "lost");
        if (!done.isEmpty()) {
            List<String> all = List.copyOf(done.keySet());
            List<String> inspect = new ArrayList<>(List.of("inspect", "-f", "{{.Id}}"));
            inspect.addAll(all);
            jbuild.run(inspect.toArray(String[]::new)).succeeded();
        }
        jbuild.run("run", "--rm", "busybox", "true").succeeded();
        jbuild.run("prune", "-f", "--filter", "until=24h").succeeded();
        assertThat(leftovers()).as("after the kill of %s", killed).isEmpty();
    }

    private void checkImage(String name, String content) {
        assertThat(jbuild.run("cat", name + ":/n").succeeded().out()).isEqualTo(content + "\n");
    }

    /** What belongs to programs that are dead. */
    private List<String> leftovers() throws IOException {
        List<String> found = new ArrayList<>();
        for (String empty : List.of("root/ingest", "root/run", "tmp")) {
            found.addAll(below(empty, 1));
        }
        for (String kept : List.of("root/blobs", "root/names", "root/builds", "root/contexts")) {
            below(kept, 9).stream()
                    .filter(name -> UNFINISHED.matcher(name).find())
                    .forEach(found::add);
        }
        below("root/cachemounts", 1).stream()
                .filter(name -> UNFINISHED.matcher(name).find())
                .forEach(found::add);
        Files.readAllLines(Path.of("/proc/self/mountinfo")).stream()
                .filter(line -> line.contains(temp.toString()))
                .forEach(found::add);
        for (Long pid : killed) {
            found.addAll(groups(pid));
        }
        found.addAll(processes());
        return found;
    }

    private List<String> below(String directory, int depth) throws IOException {
        Path start = temp.resolve(directory);
        if (!Files.exists(start)) {
            return List.of();
        }
        try (Stream<Path> all = Files.walk(start, depth)) {
            return all.filter(path -> !path.equals(start)).map(Path::toString).toList();
        }
    }

    private static List<String> groups(long pid) {
        String found = new String(
                Program.shell("find /sys/fs/cgroup -type d -name 'jbuild-" + pid + "-*' 2>/dev/null || true"),
                StandardCharsets.UTF_8);
        return found.lines().toList();
    }

    private List<String> processes() throws IOException {
        List<String> found = new ArrayList<>();
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
            for (Path process : processes) {
                try {
                    String command = Files.readString(process.resolve("cmdline"), StandardCharsets.ISO_8859_1);
                    if (command.contains(MARK)
                            || command.contains(temp.resolve("root").toString())) {
                        found.add(process + " " + command.replace('\0', ' '));
                    }
                } catch (IOException e) {
                    continue; // it has ended meanwhile
                }
            }
        }
        return found;
    }
}
