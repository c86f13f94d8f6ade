package dev.jbuild.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jbuild.buildfile.Device;
import dev.jbuild.buildfile.StepLimits;
import dev.jbuild.oci.ContainerConfig;
import dev.jbuild.problem.UserError;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StepsTest {
    private static Op.Run run(String text) throws Exception {
        return Graphs.only(Graphs.build(text), Op.Run.class);
    }

    private static Op.Copy copy(String text) throws Exception {
        return Graphs.only(Graphs.build(text), Op.Copy.class);
    }

    @Test
    void runInShellAndExecForm() throws Exception {
        assertThat(run("FROM scratch\nRUN make  all\n").args()).containsExactly("/bin/sh", "-c", "make  all");
        assertThat(run("FROM scratch\nRUN [\"make\",\"all\"]\n").args()).containsExactly("make", "all");
        assertThat(run("FROM scratch\nSHELL [\"/bin/bash\",\"-ec\"]\nRUN x\n").args())
                .containsExactly("/bin/bash", "-ec", "x");
    }

    @Test
    void runSeesTheStage() throws Exception {
        Op.Run run =
                run("FROM alpine\nENV A=1\nARG B=2\nUSER www:grp\nWORKDIR /a\nWORKDIR b/../c\nRUN --network=none x\n");
        assertThat(run.env()).containsExactly("PATH=/bin", "A=1", "B=2");
        assertThat(run.cwd()).isEqualTo("/a/c");
        assertThat(run.user()).isEqualTo("www:grp");
        assertThat(run.network()).isEqualTo(Op.Network.NONE);
        assertThat(run.hasBase()).isTrue();
    }

    @Test
    void proxySettingsAreSecret() throws Exception {
        BuildGraph graph = Graphs.build(
                "FROM scratch\nRUN x\n",
                Graphs.args(Map.of("http_proxy", "p:1", "NO_PROXY", "n", "OTHER", "o")),
                new Graphs.Images());
        Op.Run run = Graphs.only(graph, Op.Run.class);
        assertThat(run.secretEnv()).containsExactly("HTTP_PROXY=p:1", "http_proxy=p:1", "NO_PROXY=n", "no_proxy=n");
        assertThat(run.env()).hasSize(1);
        assertThat(Graphs.createdBy(graph)).containsExactly("RUN /bin/sh -c x # buildkit");
    }

    @Test
    void argumentsInHistory() throws Exception {
        BuildGraph graph = Graphs.build(
                "ARG G=g\nFROM scratch\nARG A=1 B\nARG G\nENV A=3\nARG A=2\nRUN x\n",
                Graphs.args(Map.of("B", "b")),
                new Graphs.Images());
        assertThat(Graphs.createdBy(graph))
                .containsExactly(
                        "ARG A=1 B=b", "ARG G=g", "ENV A=3", "ARG A=2", "RUN |3 A=2 B=b G=g /bin/sh -c x # buildkit");
    }

    @Test
    void globalArgumentsAreNotSeenUnasked() throws Exception {
        assertThat(run("ARG G=g\nFROM scratch\nRUN $G\n").env()).hasSize(1);
        assertThat(run("FROM scratch AS s\nARG TARGETSTAGE\nRUN x\n").env()).contains("TARGETSTAGE=s");
    }

    @Test
    void argumentsReachStagesBuiltOnTheirs() throws Exception {
        BuildGraph graph = Graphs.build("FROM scratch AS a\nARG X=1\nFROM a\nRUN x\n");
        assertThat(Graphs.only(graph, Op.Run.class).env()).contains("X=1");
        assertThat(Graphs.createdBy(graph)).contains("RUN |1 X=1 /bin/sh -c x # buildkit");
    }

    @Test
    void heredocGivenToTheShell() throws Exception {
        BuildGraph graph = Graphs.build("FROM scratch\nRUN <<-EOF\n\techo a\n\techo b\nEOF\n");
        Op.Run run = Graphs.only(graph, Op.Run.class);
        assertThat(run.args()).containsExactly("/bin/sh", "-c", "echo a\necho b\n");
        assertThat(run.mounts()).isEmpty();
        assertThat(Graphs.names(graph)).containsExactly("[1/1] RUN <<-EOF (echo a...)");
    }

    @Test
    void heredocWithAnInterpreter() throws Exception {
        Op.Run run = run("FROM scratch\nRUN <<script\n#!/usr/bin/python\nprint(1)\nscript\n");
        assertThat(run.args()).containsExactly("/bin/sh", "-c", "/dev/pipes/script");
        assertThat(run.mounts())
                .containsExactly(new RunMount.Inline("/dev/pipes/script", "#!/usr/bin/python\nprint(1)\n", 0755));
    }

    @Test
    void heredocsLeftToTheShell() throws Exception {
        assertThat(run("FROM scratch\nRUN cat <<A - 3<<B\na\nA\nb\nB\n").args())
                .containsExactly("/bin/sh", "-c", "cat <<A - 3<<B\na\nA\nb\nB");
    }

    @Test
    void bindMounts() throws Exception {
        BuildGraph graph = Graphs.build("FROM busybox\nWORKDIR /w\n"
                + "RUN --mount=target=t --mount=type=bind,from=tools,src=bin,dst=/tools,rw"
                + " --mount=from=scratch,target=/empty x\n");
        Vertex run = graph.root().orElseThrow();
        assertThat(run.inputs()).hasSize(3);
        assertThat(run.inputs().get(1).op()).isEqualTo(new Op.Context(""));
        assertThat(Graphs.only(graph, Op.Run.class).mounts())
                .containsExactly(
                        new RunMount.Bind(1, "/", "/w/t", true),
                        new RunMount.Bind(2, "/bin", "/tools", false),
                        new RunMount.Bind(-1, "/", "/empty", true));
    }

    @Test
    void cacheMounts() throws Exception {
        Op.Run run = run("FROM scratch\nWORKDIR /w\nRUN --mount=type=cache,target=/c/"
                + " --mount=type=cache,target=c,id=i,sharing=locked,mode=0700,uid=5,gid=6,ro x\n");
        assertThat(run.mounts())
                .containsExactly(
                        new RunMount.Cache(-1, "/", "/c", "//c", RunMount.Sharing.SHARED, false, Optional.empty()),
                        new RunMount.Cache(
                                -1,
                                "/cache",
                                "/w/c",
                                "/i",
                                RunMount.Sharing.LOCKED,
                                true,
                                Optional.of(new RunMount.Permissions(0700, 5, 6))));
    }

    @Test
    void tmpfsAndSecretMounts() throws Exception {
        Op.Run run = run("FROM scratch\nRUN --mount=type=tmpfs,target=/t --mount=type=tmpfs,target=/s,size=1k"
                + " --mount=type=secret,id=a/key --mount=type=secret,id=tok,env=TOKEN,required"
                + " --mount=type=secret,target=/x/y,mode=0440,uid=1 x\n");
        assertThat(run.mounts())
                .containsExactly(
                        new RunMount.Tmpfs("/t", Optional.empty(), false),
                        new RunMount.Tmpfs("/s", Optional.of(1024L), false),
                        new RunMount.Secret("a/key", "/run/secrets/key", Optional.empty(), false, 0400, 0, 0),
                        new RunMount.Secret("tok", "", Optional.of("TOKEN"), true, 0400, 0, 0),
                        new RunMount.Secret("y", "/x/y", Optional.empty(), false, 0440, 1, 0));
    }

    @Test
    void secretValuesAreMaskedInNames() throws Exception {
        BuildGraph graph = Graphs.build("FROM scratch\nENV T=old\nRUN --mount=type=secret,id=t,env=T curl $T $HOME\n");
        assertThat(Graphs.names(graph).get(0)).endsWith("curl **** $HOME");
    }

    @Test
    void aMountOverTheRoot() {
        assertThatThrownBy(() -> Graphs.build("FROM scratch\nRUN --mount=target=/ x\n"))
                .hasMessage("invalid mount target \"/\"");
    }

    @Test
    void agentMounts() throws Exception {
        Op.Run run = run(
                "FROM scratch\nRUN --mount=type=ssh,target=/own --mount=type=ssh,id=k,required,mode=0666,uid=5 x\n");
        assertThat(run.mounts())
                .containsExactly(
                        new RunMount.Ssh("default", "/own", false, 0600, 0, 0),
                        new RunMount.Ssh("k", "/run/buildkit/ssh_agent.1", true, 0666, 5, 0));
        assertThat(run.env()).contains("SSH_AUTH_SOCK=/own");
        assertThat(run("FROM scratch\nENV SSH_AUTH_SOCK=/mine\nRUN --mount=type=ssh x\n")
                        .env())
                .contains("SSH_AUTH_SOCK=/mine");
    }

    @Test
    void ownFlagsOfRun() throws Exception {
        Op.Run run = run("FROM scratch\nRUN --timeout=1m30s --retry=2 --memory=64m --cpus=1.5 --security=insecure x\n");
        assertThat(run.limits())
                .isEqualTo(new StepLimits(
                        Optional.of(Duration.ofSeconds(90)),
                        2,
                        OptionalLong.of(64 << 20),
                        OptionalLong.of(1_500_000_000)));
        assertThat(run.insecure()).isTrue();
    }

    @Test
    void cachesOfOtherNamespacesAreOthers() throws Exception {
        Op.Run run = Graphs.only(
                Graphs.build(
                        "FROM scratch\nRUN --mount=type=cache,target=/c x\n",
                        Graphs.args(Map.of("BUILDKIT_CACHE_MOUNT_NS", "team")),
                        new Graphs.Images()),
                Op.Run.class);
        assertThat(((RunMount.Cache) run.mounts().get(0)).id()).isEqualTo("team//c");
    }

    @Test
    void devicesAreThoseOfTheStep() throws Exception {
        BuildGraph graph = Graphs.build("FROM scratch\nRUN --device=vendor.com/gpu=1 --device=class,required x\n");
        Op.Run run = (Op.Run) graph.vertices().get(graph.vertices().size() - 1).op();
        assertThat(run.devices()).containsExactly(new Device("vendor.com/gpu=1", false), new Device("class", true));
    }

    @ParameterizedTest
    @CsvSource({
        "COPY https://example.com/f /f, source can't be a URL for COPY",
        "COPY git@example.com:a/r.git /r, source can't be a git ref for COPY",
        "ADD --checksum=sha256:00 http://e.com/a b /r, checksum can't be specified for multiple sources",
        "ADD --checksum=00 http://e.com/a /r, invalid checksum digest format",
        "ADD --checksum=md5:00 http://e.com/a /r, unsupported digest algorithm",
        "ADD --checksum=sha256:00 http://e.com/a /r, invalid checksum digest length",
        "ADD --checksum=sha256:00 a /r, checksum requires HTTP(S) or Git sources",
        "COPY --chmod=64a a /r, invalid chmod parameter: '64a'. it should be octal string and between 0 and 07777",
        "COPY --chmod=10000 a /r, invalid chmod parameter: '10000'. it should be octal string and between 0 and 07777",
        "STOPSIGNAL NOPE, invalid signal: NOPE",
        "VOLUME '', VOLUME specified can not be an empty string",
    })
    void mistakes(String instruction, String message) {
        assertThatThrownBy(() -> Graphs.build("FROM scratch\n" + instruction + "\n"))
                .isInstanceOf(UserError.class)
                .hasMessageContaining(message)
                .asInstanceOf(InstanceOfAssertFactories.type(UserError.class))
                .satisfies(e -> assertThat(e.where().orElseThrow().firstLine()).isEqualTo(2));
    }

    @ParameterizedTest
    @CsvSource({
        "/, x, /x",
        "/w, ., /w/",
        "/w, ./, /w/",
        "/w, x/, /w/x/",
        "/w, x/., /w/x/.",
        "/w, ../x, /x",
        "/w, /abs/, /abs/",
        "/w, /abs, /abs",
    })
    void destinations(String directory, String written, String expected) throws Exception {
        assertThat(copy("FROM busybox\nWORKDIR " + directory + "\nCOPY a " + written + "\n")
                        .destination())
                .isEqualTo(expected);
    }

    @Test
    void copyFlags() throws Exception {
        BuildGraph graph = Graphs.build("FROM scratch\nARG O=me\n"
                + "COPY --link --parents --exclude=*.md --chown=$O:1 --chmod=u=rwX,go=rX a b /d/\n");
        assertThat(Graphs.only(graph, Op.Copy.class))
                .isEqualTo(new Op.Copy(
                        false,
                        List.of(new Op.Source(0, "a", true, false), new Op.Source(0, "b", true, false)),
                        List.of(),
                        "/d/",
                        Optional.of("me:1"),
                        Optional.of("u=rwX,go=rX"),
                        false,
                        true,
                        List.of("*.md"),
                        true));
        assertThat(Graphs.createdBy(graph).get(1))
                .isEqualTo("COPY --parents --chown=me:1 --chmod=u=rwX,go=rX a b /d/ # buildkit");
    }

    @Test
    void copyOfHeredocs() throws Exception {
        BuildGraph graph = Graphs.build("FROM scratch\nENV A=1\nCOPY <<one <<\"two\" /d/\n$A\none\n$A\ntwo\n");
        Op.Copy copy = Graphs.only(graph, Op.Copy.class);
        assertThat(copy.inline()).containsExactly(new Op.InlineFile("one", "1\n"), new Op.InlineFile("two", "$A\n"));
        assertThat(graph.root().orElseThrow().inputs()).isEmpty();
        assertThat(Graphs.createdBy(graph).get(1)).isEqualTo("COPY <<one <<two /d/ # buildkit");
    }

    @Test
    void addUnpacksUnlessTold() throws Exception {
        assertThat(copy("FROM scratch\nADD a.tar /\n").sources().get(0).extract())
                .isTrue();
        assertThat(copy("FROM scratch\nADD --unpack=false a.tar /\n")
                        .sources()
                        .get(0)
                        .extract())
                .isFalse();
        assertThat(copy("FROM scratch\nCOPY a.tar /\n").sources().get(0).extract())
                .isFalse();
    }

    @Test
    void addOfAddresses() throws Exception {
        BuildGraph graph = Graphs.build("FROM scratch\nENV U=http://e.com\n"
                + "ADD x $U/a%20b?c $U/ $U/a%20b?c --y /d/\nADD --unpack $U/t.tar /\n");
        assertThat(graph.vertices())
                .extracting(Vertex::op)
                .filteredOn(Op.Http.class::isInstance)
                .containsExactly(
                        new Op.Http("http://e.com/a%20b?c", "a b", Optional.empty()),
                        new Op.Http("http://e.com/", "__unnamed__", Optional.empty()),
                        new Op.Http("http://e.com/t.tar", "t.tar", Optional.empty()));
        assertThat(graph.vertices())
                .extracting(Vertex::op)
                .filteredOn(Op.Copy.class::isInstance)
                .extracting(op -> ((Op.Copy) op).sources())
                .containsExactly(
                        List.of(
                                new Op.Source(0, "x", true, true),
                                new Op.Source(1, "a b", false, false),
                                new Op.Source(2, "__unnamed__", false, false),
                                new Op.Source(1, "a b", false, false),
                                new Op.Source(0, "--y", true, true)),
                        List.of(new Op.Source(1, "t.tar", false, true)));
    }

    @Test
    void workingDirectories() throws Exception {
        BuildGraph graph = Graphs.build("FROM scratch\nWORKDIR /\nUSER 5\nWORKDIR a\nWORKDIR ../b/\n");
        assertThat(graph.config().workingDir()).isEqualTo("/b");
        assertThat(graph.vertices())
                .extracting(Vertex::op)
                .containsExactly(
                        new Op.Mkdir(false, "/a", Optional.of("5")), new Op.Mkdir(true, "/b", Optional.of("5")));
        assertThat(graph.history())
                .extracting(step -> step.vertex().isPresent())
                .containsExactly(false, false, true, true);
    }

    @Test
    void commandsOfTheBase() throws Exception {
        Graphs.Images images = new Graphs.Images()
                .with(
                        "base",
                        new ContainerConfig.Builder()
                                .cmd(Optional.of(List.of("old")))
                                .build());
        assertThat(Graphs.build("FROM base\n", images).config().cmd()).hasValue(List.of("old"));
        assertThat(Graphs.build("FROM base\nENTRYPOINT x\n", images).config().cmd())
                .isEmpty();
        assertThat(Graphs.build("FROM base\nCMD [\"c\"]\nENTRYPOINT [\"x\"]\n", images)
                        .config()
                        .cmd())
                .hasValue(List.of("c"));
    }

    @Test
    void sourceDateEpoch() throws Exception {
        BuildGraph graph = Graphs.build(
                "FROM scratch\nENV A=1\n", Graphs.args(Map.of("SOURCE_DATE_EPOCH", "10")), new Graphs.Images());
        assertThat(graph.history().get(0).entry().created()).hasValue(Instant.ofEpochSecond(10));
        assertThat(Graphs.build("FROM scratch\nENV A=1\n")
                        .history()
                        .get(0)
                        .entry()
                        .created())
                .isEmpty();
        assertThatThrownBy(() -> Graphs.build("ARG SOURCE_DATE_EPOCH=soon\nFROM scratch\n"))
                .hasMessage("invalid SOURCE_DATE_EPOCH: soon");
        BuildGraph unset = Graphs.build(
                "FROM scratch\nARG SOURCE_DATE_EPOCH\n",
                Graphs.args(Map.of("SOURCE_DATE_EPOCH", "context")),
                new Graphs.Images());
        assertThat(Graphs.createdBy(unset)).containsExactly("ARG SOURCE_DATE_EPOCH");
    }

    @Test
    void stepsKnowTheirLines() throws Exception {
        BuildGraph graph = Graphs.build("FROM scratch\nRUN [\"a\", \\\n \"b\"]\n");
        assertThat(graph.vertices().get(0).source().orElseThrow()).satisfies(source -> {
            assertThat(source.file()).isEqualTo("Dockerfile");
            assertThat(source.firstLine()).isEqualTo(2);
            assertThat(source.lastLine()).isEqualTo(3);
        });
    }

    @Test
    void goTexts() {
        assertThat(GoFormat.quote("a\"\\\n\t\u0001\u00a0é\u200b\uD83D\uDE00"))
                .isEqualTo("\"a\\\"\\\\\\n\\t\\x01\\u00a0é\\u200b\uD83D\uDE00\"");
        assertThat(GoFormat.duration(Duration.ofNanos(1_500_000))).isEqualTo("1.5ms");
        assertThat(GoFormat.duration(Duration.ofMillis(3_661_500))).isEqualTo("1h1m1.5s");
    }
}
