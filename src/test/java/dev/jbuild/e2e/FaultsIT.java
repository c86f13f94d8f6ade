package dev.jbuild.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jbuild.testing.DockerRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Programs at work on a store of which the disk fails at moments that a seed chooses: {@code -Djbuild.faults=N} lets it fail in so
 * many programs, {@code -Djbuild.faults.seed=N} chooses others.
 */
@CalledInProcess
class FaultsIT extends EndToEnd {
    private static final int FAULTS = Integer.getInteger("jbuild.faults", 4);
    private static final long SEED = Long.getLong("jbuild.faults.seed", 1);
    private static final int FOR_EVER = 1_000_000_000;

    private final Random random = new Random(SEED);
    /** How many system calls on the store each kind of work was seen to make. */
    private final Map<String, Integer> calls = new TreeMap<>();
    /** The images that a program said it had made, and what their file {@code /n} says. */
    private final Map<String, String> done = new LinkedHashMap<>();

    private final Map<String, Integer> outcomes = new TreeMap<>();
    private Path report = Path.of("");
    private @Nullable DockerRegistry registry;
    private String remote = "";
    private int made;

    /** What is done, and the image that there is when it ends well. */
    private record Work(String name, String content, String... args) {}

    /** What the disk answers. */
    private enum Answer {
        READS_FAIL(5, "r", "Input/output error"),
        WRITES_FAIL(5, "w", "Input/output error"),
        ALL_FAIL(5, "a", "Input/output error"),
        NO_SPACE(28, "w", "No space left on device");

        private final int errno;
        private final String kind;
        private final String text;

        Answer(int errno, String kind, String text) {
            this.errno = errno;
            this.kind = kind;
            this.text = text;
        }
    }

    @BeforeEach
    void images() throws Exception {
        report = temp.resolve("report");
        Program.shell("cc -std=gnu11 -D_GNU_SOURCE -O2 -Wall -Wextra -Werror -static -o '" + temp.resolve("faults")
                + "' src/test/c/faults.c");
        DockerRegistry running = DockerRegistry.start(temp, "");
        registry = running;
        remote = running.domain() + "/it:1";
        jbuild.withBusybox();
        Files.write(Files.createDirectory(work().resolve("context")).resolve("many"), new byte[1_500_000]);
        write("context/Buildfile", """
                FROM busybox
                ARG N
                COPY many /
                RUN mkdir /d && for i in $(seq 40); do echo $i $N > /d/$i; done && echo $N > /n
                RUN --mount=type=cache,target=/c echo $N >> /c/all && rm /d/1*
                """);
        Program other = program("other").withBusybox();
        other.run("build", "-q", "--build-arg", "N=remote", "-t", remote, "context")
                .succeeded();
        other.run("push", "-q", remote).succeeded();
        other.run("save", "-o", "it.tar", remote).succeeded();
    }

    @AfterEach
    void stop() {
        DockerRegistry running = registry;
        if (running != null) {
            running.close();
        }
    }

    @Test
    void whatWasDoneStaysAndWhatFailedSaysWhyAndCanBeDoneAgain() throws Exception {
        List<String> failures = new ArrayList<>();
        for (int i = 0; i < FAULTS; i++) {
            Work work = next();
            Answer answer = Answer.values()[random.nextInt(Answer.values().length)];
            String context = "trial " + i + ": " + List.of(work.args()) + " " + answer;
            Program.Result result = run(work, answer);
            context += " at " + Files.readString(report) + result.err();
            try {
                check(work, answer, result, context);
            } catch (AssertionError e) {
                failures.add(String.valueOf(e.getMessage()));
                jbuild.run("store", "verify", "--repair");
            }
        }
        System.out.println("the disk failed " + outcomes);
        assertThat(failures).isEmpty();
        for (Map.Entry<String, String> image : done.entrySet()) {
            assertThat(jbuild.run("cat", image.getKey() + ":/n").succeeded().out())
                    .isEqualTo(image.getValue() + "\n");
        }
    }

    private Work next() {
        String name = "i" + made++;
        switch (random.nextInt(4)) {
            case 0:
                forget(name, true);
                return new Work(name, name, "build", "-q", "--build-arg", "N=" + name, "-t", name, "context");
            case 1:
                forget("loaded", false);
                return new Work("loaded", "remote", "load", "-q", "-i", "it.tar", "-t", "loaded");
            case 2:
                forget(remote, false);
                return new Work(remote, "remote", "pull", "-q", remote);
            default:
                forget(name, true);
                return new Work("", "", "prune", "-af");
        }
    }

    /** So that there is something to do and to delete. */
    private void forget(String name, boolean oldest) {
        List<String> built =
                done.keySet().stream().filter(known -> known.startsWith("i")).toList();
        String gone = oldest && built.size() > 1 ? built.get(0) : name;
        if (done.remove(gone) != null) {
            jbuild.run("rmi", gone).succeeded();
            if (!oldest) {
                jbuild.run("prune", "-af").succeeded();
            }
        }
    }

    private Program.Result run(Work work, Answer answer) throws IOException {
        String kind = work.args()[0] + " " + answer;
        int first = 1 + random.nextInt(calls.getOrDefault(kind, 300));
        int count = random.nextBoolean() ? 1 : FOR_EVER;
        Program faulty = new Program(jbuild.root(), work());
        faulty.within(List.of(
                temp.resolve("faults").toString(),
                "" + answer.errno,
                answer.kind,
                jbuild.root() + "/",
                "" + first,
                "" + count,
                report.toString()));
        Program.Result result = faulty.run(work.args());
        String[] words = Files.readString(report).split(" ");
        calls.merge(kind, Integer.parseInt(words[0]), Math::max);
        String outcome = words[1].equals("0") ? "not at all" : result.status() == 0 ? "in vain" : "to effect";
        outcomes.merge(outcome, 1, Integer::sum);
        return result;
    }

    private void check(Work work, Answer answer, Program.Result result, String context) throws Exception {
        if (result.status() == 0) {
            done(work);
        } else {
            assertThat(result.status()).as(context).isEqualTo(125);
            assertThat(result.err())
                    .as(context)
                    .contains("ERROR: ", "hint: ")
                    .containsPattern("(?is)" + answer.text
                            + "|no space left|the store is full or failing|the database .* `dmesg`");
        }
        verify(result.status() != 0, context);
        for (String name : done.keySet()) {
            assertThat(jbuild.run("inspect", name).status()).as(context + name).isZero();
        }
        if (result.status() != 0) {
            Program.Result again = jbuild.run(work.args());
            assertThat(again.status()).as(context + again.err()).isZero();
            done(work);
            verify(false, context);
        }
        jbuild.run("prune", "-f", "--filter", "until=24h").succeeded();
        try (Stream<Path> left = Files.list(jbuild.root().resolve("ingest"))) {
            assertThat(new ArrayList<>(left.toList())).as(context).isEmpty();
        }
    }

    /** @param failed whether the name that was to be set may have a row but no file yet */
    private void verify(boolean failed, String context) {
        Program.Result verified = jbuild.run("store", "verify");
        if (verified.status() == 0 || !failed) {
            assertThat(verified.status()).as(context + verified.out()).isZero();
        } else {
            assertThat(verified.out()).as(context).contains("isn't recorded in a file", " 1 damaged:");
        }
    }

    private void done(Work work) {
        if (!work.name().isEmpty()) {
            done.put(work.name(), work.content());
        }
    }
}
