package dev.jbuild.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.jbuild.fs.Trees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Edits of a project of several stages: after each, exactly those steps run again whose result may be another, and
 * {@code jbuild why} names the cause.
 */
@Tag("kernel")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EditsTest {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private static final String BUILDFILE = """
            # syntax=docker/dockerfile:1
            ARG BASE=base
            FROM ${BASE} AS build
            ARG VERSION=1
            ARG UNUSED=x
            ENV MODE=fast LEVEL=2
            WORKDIR /src
            COPY deps.txt ./
            RUN cat deps.txt > /deps
            COPY --chmod=755 tools /tools
            COPY src ./src
            RUN cat src/* > /out && sh /tools/t >> /out
            FROM ${BASE} AS docs
            COPY docs /docs
            RUN cat /docs/* > /all
            FROM ${BASE} AS test
            RUN echo never
            FROM ${BASE}
            LABEL one=1
            COPY --from=build /out /app
            COPY --from=docs /all /all
            RUN --mount=type=bind,source=conf,target=/conf cat /conf/* > /conf.out
            RUN echo "hello" > /hello
            EXPOSE 80
            CMD ["/app"]
            """;

    private static final String WORKDIR = "WORKDIR /src";
    private static final String COPY_DEPS = "COPY deps.txt ./";
    private static final String DEPS = "RUN cat deps.txt > /deps";
    private static final String TOOLS = "COPY --chmod=755 tools /tools";
    private static final String SRC = "COPY src ./src";
    private static final String OUT = "RUN cat src/* > /out && sh /tools/t >> /out";
    private static final String DOCS = "COPY docs /docs";
    private static final String ALL = "RUN cat /docs/* > /all";
    private static final String APP = "COPY --from=build /out /app";
    private static final String COPY_ALL = "COPY --from=docs /all /all";
    private static final String CONF = "RUN --mount=type=bind,source=conf,target=/conf cat /conf/* > /conf.out";
    private static final String HELLO = "RUN echo \"hello\" > /hello";
    private static final List<String> EVERYTHING =
            List.of(WORKDIR, COPY_DEPS, DEPS, TOOLS, SRC, OUT, DOCS, ALL, APP, COPY_ALL, CONF, HELLO);

    private Path temp = Path.of("");
    private Path project = Path.of("");

    @FunctionalInterface
    private interface Change {
        void make(EditsTest test) throws IOException;
    }

    /**
     * One edit.
     *
     * @param flags of the second build
     * @param ran the steps that run again
     * @param causes what {@code why} says of steps, at least: a step and a part of one of its causes
     */
    private record Edit(String name, Change change, List<String> flags, List<String> ran, Map<String, String> causes) {
        @Override
        public String toString() {
            return name;
        }

        Edit flags(String... more) {
            return new Edit(name, change, List.of(more), ran, causes);
        }

        Edit runs(String... steps) {
            return new Edit(name, change, flags, List.of(steps), causes);
        }

        Edit because(String step, String cause) {
            Map<String, String> more = new TreeMap<>(causes);
            more.put(step, cause);
            return new Edit(name, change, flags, ran, more);
        }
    }

    private static Edit edit(String name, Change change) {
        return new Edit(name, change, List.of(), List.of(), Map.of());
    }

    private static Edit replace(String name, String old, String now) {
        return edit(name, test -> {
            assertThat(BUILDFILE).contains(old);
            test.write("Buildfile", BUILDFILE.replace(old, now));
        });
    }

    private static Edit unchanged(String name, String... flags) {
        return edit(name, test -> {}).flags(flags);
    }

    private void write(String name, String text) throws IOException {
        Path file = project.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    static Stream<Edit> edits() {
        return Stream.of(
                unchanged("nothing"),
                replace("a comment", "FROM ${BASE} AS docs", "# what it is about\nFROM ${BASE} AS docs"),
                replace("blank lines", "EXPOSE 80", "\n\n\nEXPOSE 80"),
                replace("an instruction in lower case", "RUN echo \"hello\"", "run echo \"hello\""),
                replace("blanks around an instruction", "COPY docs /docs", "  COPY   docs   /docs  "),
                replace("a command broken over two lines", "RUN cat /docs/*", "RUN cat \\\n/docs/*"),
                replace("a comment inside a command", "RUN cat /docs/*", "RUN cat \\\n# all of it\n/docs/*"),
                replace("a blank inside a command", "echo \"hello\"", "echo  \"hello\"")
                        .runs("RUN echo  \"hello\" > /hello")
                        .because("RUN echo  \"hello\" > /hello", "command: \"echo \"hello\""),
                replace("a command", "echo \"hello\"", "echo \"bye\"")
                        .runs("RUN echo \"bye\" > /hello")
                        .because("RUN echo \"bye\" > /hello", "echo \"bye\""),
                replace("a global ARG that nobody uses", "ARG BASE=base", "ARG BASE=base\nARG NOBODY=1"),
                replace("the default of an ARG", "ARG VERSION=1", "ARG VERSION=2")
                        .runs(DEPS, OUT, APP, COPY_ALL, CONF, HELLO)
                        .because(DEPS, "variable VERSION: \"1\" → \"2\"")
                        .because(OUT, "variable VERSION: \"1\" → \"2\"")
                        .because(APP, "content of out"),
                unchanged("a --build-arg", "--build-arg", "VERSION=3")
                        .runs(DEPS, OUT, APP, COPY_ALL, CONF, HELLO)
                        .because(OUT, "variable VERSION: \"1\" → \"3\""),
                unchanged("a --build-arg that changes no file", "--build-arg", "UNUSED=y")
                        .runs(DEPS, OUT)
                        .because(DEPS, "variable UNUSED: \"x\" → \"y\""),
                unchanged("a --build-arg of the default value", "--build-arg", "VERSION=1"),
                unchanged("a --build-arg that nothing declares", "--build-arg", "NOBODY=1"),
                unchanged("a proxy", "--build-arg", "HTTP_PROXY=http://127.0.0.1:1"),
                replace("an ENV", "MODE=fast", "MODE=slow")
                        .runs(DEPS, OUT, APP, COPY_ALL, CONF, HELLO)
                        .because(OUT, "variable MODE: \"fast\" → \"slow\""),
                replace("the order in an ENV", "MODE=fast LEVEL=2", "LEVEL=2 MODE=fast")
                        .runs(DEPS, OUT)
                        .because(DEPS, "the order of its variables"),
                replace("an ENV more", "MODE=fast", "MORE=1 MODE=fast")
                        .runs(DEPS, OUT)
                        .because(DEPS, "variable MORE added: \"1\""),
                replace("an ENV less", " LEVEL=2", "").runs(DEPS, OUT).because(DEPS, "variable LEVEL removed"),
                replace("an ENV in quotes", "MODE=fast LEVEL=2", "MODE=\"fast\" LEVEL='2'"),
                replace("a LABEL", "one=1", "one=2"),
                replace("what is exposed", "EXPOSE 80", "EXPOSE 8080/udp"),
                replace("the CMD", "CMD [\"/app\"]", "CMD [\"/hello\"]"),
                replace("a COPY as JSON", COPY_DEPS, "COPY [\"deps.txt\", \"./\"]"),
                edit("a file that is ignored", test -> test.write("ignored/file", "more")),
                edit("a file that nobody copies", test -> test.write("README", "other")),
                edit("a comment among what is ignored", test -> test.write(".dockerignore", "# more\nignored\n")),
                edit(
                        "the time of a file",
                        test -> Files.setLastModifiedTime(test.project.resolve("src/a"), FileTime.from(Instant.EPOCH))),
                edit("the owner of a file", test -> Files.setAttribute(test.project.resolve("src/a"), "unix:uid", 7)),
                edit("the content of a file", test -> test.write("src/a", "other\n"))
                        .runs(SRC, OUT, APP, COPY_ALL, CONF, HELLO)
                        .because(SRC, "content of src/a")
                        .because(OUT, "other files from [build 6/7] COPY src ./src"),
                edit("a file more", test -> test.write("src/c", "c\n"))
                        .runs(SRC, OUT, APP, COPY_ALL, CONF, HELLO)
                        .because(SRC, "added: src/c"),
                edit("a file less", test -> Files.delete(test.project.resolve("src/b")))
                        .runs(SRC, OUT, APP, COPY_ALL, CONF, HELLO)
                        .because(SRC, "removed: src/b"),
                edit(
                                "a file by another name",
                                test -> Files.move(test.project.resolve("src/b"), test.project.resolve("src/c")))
                        .runs(SRC, OUT)
                        .because(SRC, "renamed: src/b → src/c"),
                edit(
                                "the mode of a file",
                                test -> Files.setPosixFilePermissions(
                                        test.project.resolve("src/a"), PosixFilePermissions.fromString("rwxr-xr-x")))
                        .runs(SRC, OUT)
                        .because(SRC, "src/a: mode 0644, owner 0:0 → mode 0755, owner 0:0"),
                edit("where a symlink leads", test -> {
                            Files.delete(test.project.resolve("src/link"));
                            Files.createSymbolicLink(test.project.resolve("src/link"), Path.of("b"));
                        })
                        .runs(SRC, OUT, APP, COPY_ALL, CONF, HELLO)
                        .because(SRC, "content of src/link"),
                edit(
                        "the mode of a file that gets its mode by --chmod",
                        test -> Files.setPosixFilePermissions(
                                test.project.resolve("tools/t"), PosixFilePermissions.fromString("r--------"))),
                edit(
                                "what --chmod says",
                                test -> test.write("Buildfile", BUILDFILE.replace("--chmod=755", "--chmod=700")))
                        .runs("COPY --chmod=700 tools /tools", SRC, OUT)
                        .because("COPY --chmod=700 tools /tools", "mode: \"755\" → \"700\""),
                edit("a file less by .dockerignore", test -> test.write(".dockerignore", "ignored\nsrc/link\n"))
                        .runs(SRC, OUT, APP, COPY_ALL, CONF, HELLO)
                        .because(SRC, "removed: src/link"),
                edit("a file of a bind mount", test -> test.write("conf/c", "other\n"))
                        .runs(CONF, HELLO)
                        .because(CONF, "content of /conf/c")
                        .because(HELLO, "other files from [stage-3 4/5] " + CONF),
                edit("a file more in a bind mount", test -> test.write("conf/d", ""))
                        .runs(CONF)
                        .because(CONF, "added: /conf/d"),
                edit(
                        "the time of a file of a bind mount",
                        test -> Files.setLastModifiedTime(
                                test.project.resolve("conf/c"), FileTime.from(Instant.EPOCH))),
                edit(
                                "a file that comes to the same",
                                test -> Files.move(test.project.resolve("docs/d"), test.project.resolve("docs/e")))
                        .runs(DOCS, ALL)
                        .because(DOCS, "renamed: docs/d → docs/e"),
                edit("a file of another stage", test -> test.write("docs/d", "other\n"))
                        .runs(DOCS, ALL, COPY_ALL, CONF, HELLO)
                        .because(COPY_ALL, "content of all"),
                unchanged("a base of another name", "--build-arg", "BASE=same"),
                unchanged("a base built again", "--build-arg", "BASE=again"),
                unchanged("another base", "--build-arg", "BASE=other")
                        .runs(EVERYTHING.toArray(String[]::new))
                        .because(WORKDIR, "base image: ")
                        .because(DOCS, "base image: "),
                edit(
                        "the name of a stage",
                        test -> test.write(
                                "Buildfile",
                                BUILDFILE.replace(" AS docs", " AS texts").replace("=docs", "=texts"))),
                edit("the order of stages", test -> {
                    int docs = BUILDFILE.indexOf("FROM ${BASE} AS docs");
                    int test1 = BUILDFILE.indexOf("FROM ${BASE} AS test");
                    int build = BUILDFILE.indexOf("FROM ${BASE} AS build");
                    test.write(
                            "Buildfile",
                            BUILDFILE.substring(0, build)
                                    + BUILDFILE.substring(docs, test1)
                                    + BUILDFILE.substring(build, docs)
                                    + BUILDFILE.substring(test1));
                }),
                replace("a stage that nobody needs", "RUN echo never", "RUN echo ever"),
                replace("one more step at the end", "EXPOSE 80", "RUN echo 1 > /one")
                        .runs("RUN echo 1 > /one")
                        .because("RUN echo 1 > /one", "none of the last builds before it had such a step"),
                replace("one more step that changes nothing", HELLO, "RUN true\n" + HELLO)
                        .runs("RUN true"),
                replace("one more step that changes something", HELLO, "RUN echo 1 > /one\n" + HELLO)
                        .runs("RUN echo 1 > /one", HELLO)
                        .because(HELLO, "it follows [stage-3 5/6] RUN echo 1 > /one"),
                replace("one step less", HELLO + "\n", ""),
                replace("a USER", HELLO, "USER 1000\nRUN id -u > /tmp/id")
                        .runs("RUN id -u > /tmp/id")
                        .because("RUN id -u > /tmp/id", "user: none → \"1000\""),
                replace("a WORKDIR", HELLO, "WORKDIR /\n" + HELLO),
                replace("a SHELL", HELLO, "SHELL [\"/bin/sh\", \"-e\", \"-c\"]\n" + HELLO)
                        .runs(HELLO)
                        .because(HELLO, "command: "),
                unchanged("the network", "--network=host")
                        .runs(DEPS, OUT, ALL, CONF, HELLO)
                        .because(DEPS, "network: "),
                unchanged("a host by another address", "--add-host", "there:10.0.0.1")
                        .runs(DEPS, OUT, ALL, CONF, HELLO)
                        .because(DEPS, "hosts: none → there"),
                unchanged("a tag", "-t", "some:tag"),
                unchanged("another target", "--target", "docs"),
                unchanged("--no-cache", "--no-cache")
                        .runs(EVERYTHING.stream()
                                .filter(step -> !step.equals(WORKDIR))
                                .toArray(String[]::new))
                        .because(HELLO, "--no-cache"),
                unchanged("--no-cache-filter", "--no-cache-filter", "docs")
                        .runs(DOCS, ALL)
                        .because(ALL, "--no-cache"),
                edit("the place of the checkout", test -> {
                    Path moved = test.temp.resolve("moved");
                    Files.move(test.project, moved);
                    test.project = moved;
                }));
    }

    @BeforeAll
    void makeBases(@TempDir Path shared) throws IOException {
        temp = shared;
        Path root = Files.createDirectories(temp.resolve("base/root/bin"));
        Files.copy(Path.of("/bin/busybox"), root.resolve("busybox"));
        for (String applet : List.of("sh", "cat", "echo", "id", "true")) {
            Files.createSymbolicLink(root.resolve(applet), Path.of("busybox"));
        }
        Files.createDirectories(temp.resolve("base/root/tmp"));
        Files.setPosixFilePermissions(temp.resolve("base/root/tmp"), PosixFilePermissions.fromString("rwxrwxrwx"));
        Files.writeString(temp.resolve("base/Buildfile"), "FROM scratch\nCOPY root /\nARG MORE\nLABEL more=$MORE\n");
        run(temp, "build", "-t", "base", "-t", "same", "base");
        Files.setLastModifiedTime(root.resolve("busybox"), FileTime.from(Instant.EPOCH));
        run(temp, "build", "--no-cache", "-t", "again", "--build-arg", "MORE=1", "base");
        Files.writeString(root.resolve("more"), "");
        run(temp, "build", "-t", "other", "base");
    }

    private void makeProject() throws IOException {
        Trees.deleteRecursively(temp.resolve("moved"));
        Trees.deleteRecursively(temp.resolve("project"));
        project = temp.resolve("project");
        write("Buildfile", BUILDFILE);
        write(".dockerignore", "ignored\n");
        write("ignored/file", "");
        write("README", "");
        write("deps.txt", "deps\n");
        write("tools/t", "echo $VERSION $MODE\n");
        write("src/a", "a\n");
        write("src/b", "b\n");
        Files.createSymbolicLink(project.resolve("src/link"), Path.of("a"));
        write("docs/d", "docs\n");
        write("conf/c", "conf\n");
    }

    @ParameterizedTest
    @MethodSource("edits")
    void runsAgainWhatMayComeOutOtherwise(Edit edit) throws IOException {
        makeProject();
        run(project, "build", ".");
        edit.change().make(this);
        List<String> command = new ArrayList<>(List.of("build"));
        command.addAll(edit.flags());
        command.add(".");
        JsonNode plan = plan(command);

        run(project, command.toArray(String[]::new));

        JsonNode build = MAPPER.readTree(run(project, "builds", "show", "--format", "json"));
        List<String> ran = ran(build);
        assertThat(ran).containsExactlyInAnyOrderElementsOf(edit.ran());
        assertThat(foretold(plan, "run")).allSatisfy(step -> assertThat(step).isIn(ran));
        assertThat(foretold(plan, "cached"))
                .noneSatisfy(step -> assertThat(step).isIn(ran));
        assertThat(foretold(plan, "run", "unknown")).containsAll(ran);
        JsonNode why = MAPPER.readTree(run(project, "why", "--format", "json"));
        assertThat(why.path("steps")).hasSameSizeAs(ran);
        edit.causes().forEach((step, cause) -> assertThat(causes(why, step)).anyMatch(line -> line.contains(cause)));
    }

    /** The plan of a build, which says why a step runs as {@code why} does later. */
    private JsonNode plan(List<String> build) throws IOException {
        List<String> command = new ArrayList<>(build);
        command.set(0, "plan");
        command.addAll(List.of("--format", "json"));
        return MAPPER.readTree(run(project, command.toArray(String[]::new)));
    }

    /** The steps that would end so, but for files from elsewhere. */
    private static List<String> foretold(JsonNode plan, String... states) {
        List<String> steps = new ArrayList<>();
        for (JsonNode step : plan.path("steps")) {
            if (List.of(states).contains(step.path("state").asText())) {
                steps.add(text(step));
            }
        }
        return steps;
    }

    @Test
    void namesTheCollectionThatRemovedAResult() throws IOException {
        makeProject();
        run(project, "build", "--target", "docs", ".");
        String first = MAPPER.readTree(run(project, "builds", "show", "--format", "json"))
                .path("id")
                .asText();
        run(project, "prune", "--all", "--force");

        TestConsole second = console(project);
        assertThat(second.run("build", "--progress", "plain", "--target", "docs", "."))
                .isZero();
        assertThat(second.err())
                .contains("not cached: its result, which build " + first + " had, was removed from the store by")
                .contains("prune --all");
        JsonNode why = MAPPER.readTree(run(project, "why", "--format", "json"));
        assertThat(causes(why, DOCS)).singleElement().asString().contains(first).contains("prune --all");
        JsonNode step = why.path("steps").path(0);
        assertThat(step.path("kind").asText()).isEqualTo("gone");
        assertThat(step.path("removal").path("cause").asText()).contains("prune --all");
        assertThat(run(project, "why")).contains("prune --all");
    }

    @Test
    void whatIsTooOldIsMadeAgain() throws IOException {
        makeProject();
        run(project, "build", "--target", "docs", ".");
        run(project, "build", "--cache-ttl", "1h", "--target", "docs", ".");
        assertThat(run(project, "builds", "show", "--format", "json")).doesNotContain("\"tooOld\"");

        run(project, "build", "--cache-ttl", "1ms", "--target", "docs", ".");

        JsonNode why = MAPPER.readTree(run(project, "why", "--format", "json"));
        assertThat(why.path("steps"))
                .hasSize(2)
                .allSatisfy(step -> assertThat(step.path("kind").asText()).isEqualTo("expired"));
        assertThat(causes(why, ALL)).singleElement().asString().contains("--cache-ttl");
    }

    @Test
    void aStrictKeyCountsTimes() throws Exception {
        makeProject();
        run(project, "build", "--cache-key=strict", ".");
        run(project, "build", "--cache-key=strict", ".");
        assertThat(ran(MAPPER.readTree(run(project, "builds", "show", "--format", "json"))))
                .isEmpty();
        FileTime other = FileTime.from(Instant.EPOCH);
        Files.setLastModifiedTime(project.resolve("docs/d"), other);
        Files.setLastModifiedTime(project.resolve("conf/c"), other);
        // Layers know whole seconds: what is made in the same one again is not of another time.
        Thread.sleep(1100);

        run(project, "build", "--cache-key=strict", ".");

        assertThat(ran(MAPPER.readTree(run(project, "builds", "show", "--format", "json"))))
                .containsExactly(CONF, HELLO);
        assertThat(causes(MAPPER.readTree(run(project, "why", "--format", "json")), CONF))
                .singleElement()
                .asString()
                .contains("the times of files");
    }

    private static List<String> ran(JsonNode build) {
        List<String> ran = new ArrayList<>();
        for (JsonNode step : build.path("steps")) {
            if (!step.path("key").asText().isEmpty()
                    && step.path("outcome").asText().equals("done")) {
                ran.add(text(step));
            }
        }
        return ran;
    }

    @Test
    void filesOfAFailedStepAreCollected() throws IOException {
        makeProject();
        write(
                "Buildfile",
                "FROM base\nCOPY src /src\nWORKDIR /src\n" + "RUN echo new > report.xml && echo -n A > a && false\n");
        TestConsole console = console(project);

        assertThat(console.run(
                        "build",
                        "--collect",
                        "*.xml=reports",
                        "--collect",
                        "/src/[ab]=all",
                        "--collect",
                        "x=none",
                        "."))
                .isEqualTo(1);

        assertThat(console.err())
                .contains("collected in " + project.resolve("reports") + ": report.xml")
                .contains("collected in " + project.resolve("all") + ": a, b")
                .contains("no file of the step matches x");
        assertThat(project.resolve("reports/report.xml")).hasContent("new\n");
        assertThat(project.resolve("all/a")).hasContent("A");
        assertThat(project.resolve("all/b")).hasContent("b\n");
        assertThat(project.resolve("none")).doesNotExist();
    }

    @Test
    void filesOfAFailedStepAreKeptAsAnImage() throws IOException {
        makeProject();
        write("Buildfile", "FROM base\nENV MODE=odd\nWORKDIR /tmp/w\nUSER 7:8\nRUN echo new > /tmp/report && false\n");
        TestConsole console = console(project);

        assertThat(console.run("build", "--on-failure", "keep", ".")).isEqualTo(1);

        Matcher kept = Pattern.compile("are kept as the image ([0-9a-f]+)").matcher(console.err());
        assertThat(kept.find()).as(console.err()).isTrue();
        assertThat(run(
                        project,
                        "run",
                        "--rm",
                        kept.group(1),
                        "sh",
                        "-c",
                        "cat /tmp/report; echo $MODE $(pwd) $(id -u):$(id -g)"))
                .isEqualTo("new\nodd /tmp/w 7:8\n");
        run(project, "rmi", kept.group(1));
        assertThat(console(project).run("build", "--on-failure", "guess", ".")).isEqualTo(2);
        assertThat(console(project).run("build", "--on-failure", "shell", ".")).isEqualTo(2);
    }

    @Test
    void theTraceOfAFailedBuildIsWholeJson() throws IOException {
        makeProject();
        write("Buildfile", "FROM base\nRUN echo x > /x\nRUN false\n");

        assertThat(console(project).run("build", "--trace", "trace.json", ".")).isEqualTo(1);

        JsonNode trace = MAPPER.readTree(project.resolve("trace.json").toFile());
        assertThat(trace.path("otherData").path("outcome").asText()).isEqualTo("failed");
        assertThat(trace.path("traceEvents"))
                .anySatisfy(event -> {
                    assertThat(event.path("name").asText()).endsWith("RUN false");
                    assertThat(event.path("args").path("status").asText()).isEqualTo("failed");
                    assertThat(event.path("dur").asLong()).isPositive();
                })
                .anySatisfy(event -> assertThat(event.path("cat").asText()).isEqualTo("step,critical"));
    }

    @Test
    void recordsWhatWasAskedFor() throws IOException {
        makeProject();
        run(project, "build", "-t", "some:tag", "-t", "other", "--target", "docs", ".");

        JsonNode request = MAPPER.readTree(run(project, "builds", "show", "--format", "json"))
                .path("request");
        assertThat(request.path("names")).extracting(JsonNode::asText).containsExactly("some:tag", "other:latest");
        assertThat(request.path("target").asText()).isEqualTo("docs");
        assertThat(request.path("context").asText()).isEqualTo(project.toString());
    }

    private static String text(JsonNode step) {
        return step.path("name").asText().replaceFirst("^\\[[^\\]]*\\] ", "");
    }

    private static List<String> causes(JsonNode why, String wanted) {
        List<String> causes = new ArrayList<>();
        for (JsonNode step : why.path("steps")) {
            if (text(step).equals(wanted)) {
                step.path("causes").forEach(cause -> causes.add(cause.asText()));
            }
        }
        return causes;
    }

    private TestConsole console(Path directory) {
        return new TestConsole()
                .in(directory)
                .home(Path.of(System.getProperty("jbuild.dist", "target/jbuild"))
                        .toAbsolutePath())
                .env("JBUILD_ROOT", temp.resolve("store").toString());
    }

    private String run(Path directory, String... args) {
        TestConsole console = console(directory);
        int status = console.run(args);
        assertThat(status).as(() -> console.out() + console.err()).isZero();
        return console.out();
    }
}
