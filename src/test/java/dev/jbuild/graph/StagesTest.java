package dev.jbuild.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jbuild.oci.ContainerConfig;
import dev.jbuild.oci.ImageReference;
import dev.jbuild.oci.Platform;
import dev.jbuild.problem.RemoteError;
import dev.jbuild.problem.UserError;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;

class StagesTest {
    private static final String PINNED = "@sha256:";

    private static List<String> shortNames(BuildGraph graph) {
        return Graphs.names(graph).stream()
                .map(name -> name.contains(PINNED) ? name.substring(0, name.indexOf(PINNED)) : name)
                .toList();
    }

    @Test
    void namesOfASingleStage() throws Exception {
        assertThat(shortNames(Graphs.build("FROM alpine\nRUN a\nCOPY x y\nWORKDIR /w\n")))
                .containsExactly(
                        "[1/4] FROM docker.io/library/alpine:latest",
                        "[2/4] RUN a",
                        "[internal] load build context",
                        "[3/4] COPY x y",
                        "[4/4] WORKDIR /w");
    }

    @Test
    void namesOfSeveralStages() throws Exception {
        String text = "FROM alpine AS base\nRUN a\nFROM base\ncopy --from=base x y\nRUN b\n";
        assertThat(shortNames(Graphs.build(text)))
                .containsExactly(
                        "[base 1/2] FROM docker.io/library/alpine:latest",
                        "[base 2/2] RUN a",
                        "[stage-1 1/2] COPY --from=base x y",
                        "[stage-1 2/2] RUN b");
    }

    @Test
    void numbersAreAligned() throws Exception {
        String text = "FROM scratch\n" + "RUN [\"x\"]\n".repeat(12);
        List<String> names = Graphs.names(Graphs.build(text));
        assertThat(names.get(0)).isEqualTo("[ 1/12] RUN [\"x\"]");
        assertThat(names.get(11)).isEqualTo("[12/12] RUN [\"x\"]");
    }

    @Test
    void onlyWhatTheTargetNeeds() throws Exception {
        Graphs.Images images = new Graphs.Images();
        String text = "FROM unused\nRUN u\nFROM needed AS n\nRUN n\nFROM scratch\nCOPY --from=n /a /\n"
                + "FROM missing AS later\nRUN x\nFROM scratch AS last\nCOPY --from=2 /a /\n";
        BuildGraph graph = Graphs.build(text, images);

        assertThat(images.asked).containsExactly("docker.io/library/needed:latest linux/amd64");
        assertThat(graph.vertices()).hasSize(4);
        assertThat(graph.root()).hasValue(graph.vertices().get(3));
    }

    @Test
    void secretsComeFromNoStage() throws Exception {
        String text = "FROM scratch AS a\nCOPY x /\nFROM scratch\nRUN --mount=type=secret,id=s,from=a x\n";
        assertThatThrownBy(() -> Graphs.build(text)).hasMessage("secret mount should not have a from");
    }

    @Test
    void aTargetMayBeAnyStage() throws Exception {
        String text = "FROM scratch AS One\nENV A=1\nFROM scratch\nENV B=1\n";
        assertThat(Graphs.build(text, Graphs.target("oNe"), new Graphs.Images())
                        .config()
                        .envValue("A"))
                .hasValue("1");
    }

    @Test
    void aMistypedTarget() {
        String text = "FROM scratch AS build\nFROM scratch\n";
        assertThatThrownBy(() -> Graphs.build(text, Graphs.target("bulid"), new Graphs.Images()))
                .isInstanceOf(UserError.class)
                .hasMessage("target stage \"bulid\" could not be found (did you mean build?)");
        assertThatThrownBy(() -> Graphs.build(text, Graphs.target("0"), new Graphs.Images()))
                .hasMessage("target stage \"0\" could not be found");
    }

    @Test
    void stagesThatComeLater() {
        assertThatThrownBy(() -> Graphs.build("FROM scratch AS a\nCOPY --from=b x /\nFROM scratch AS b\nCOPY y /\n"
                        + "FROM scratch\nCOPY --from=a x /\n"))
                .hasMessage("cannot copy from stage \"b\", it needs to be defined before current stage \"a\"")
                .asInstanceOf(InstanceOfAssertFactories.type(UserError.class))
                .satisfies(e -> assertThat(e.where().orElseThrow().firstLine()).isEqualTo(2));
        assertThatThrownBy(() -> Graphs.build(
                        "FROM scratch AS a\nRUN --mount=from=b,target=/m x\nFROM scratch AS b\n" + "FROM a\n"))
                .hasMessage("cannot mount from stage \"b\" to \"/m\","
                        + " stage needs to be defined before current command");
    }

    @Test
    void stagesInACircle() {
        assertThatThrownBy(() -> Graphs.build(
                        "FROM scratch AS a\nCOPY --from=b x /\nFROM scratch AS b\n" + "COPY --from=a y /\n"))
                .hasMessage("circular dependency detected on stage: a");
        assertThatThrownBy(() -> Graphs.build("FROM scratch\nCOPY --from=0 x /\n"))
                .hasMessage("circular dependency detected on stage: stage-0");
        assertThatThrownBy(() -> Graphs.build("FROM scratch\nCOPY --from=7 x /\n"))
                .hasMessage("invalid stage index 7");
    }

    @Test
    void imagesThatAreOnlyCopiedFrom() throws Exception {
        Graphs.Images images = new Graphs.Images();
        BuildGraph graph = Graphs.build("FROM scratch\nCOPY --from=busybox:1 /bin /bin\n", images);
        assertThat(images.asked).containsExactly("docker.io/library/busybox:1 linux/amd64");
        assertThat(Graphs.only(graph, Op.Copy.class).fromStage()).isTrue();
        assertThat(Graphs.only(graph, Op.Copy.class).hasBase()).isFalse();
    }

    @Test
    void variablesInCopyFrom() throws Exception {
        String text = "ARG SRC=a\nFROM x AS a\nFROM y AS b\nFROM scratch\nARG SRC\nCOPY --from=$SRC /f /\n";
        Graphs.Images images = new Graphs.Images();
        Graphs.build(text, Graphs.args(Map.of("SRC", "b")), images);
        assertThat(images.asked).containsExactly("docker.io/library/y:latest linux/amd64");
    }

    @Test
    void copyingFromAnEmptyStage() throws Exception {
        BuildGraph graph = Graphs.build("FROM scratch AS a\nFROM scratch\nCOPY --from=a / /\n");
        assertThat(Graphs.only(graph, Op.Mkdir.class)).isEqualTo(new Op.Mkdir(false, "/"));
    }

    @Test
    void equalStepsOnEqualInputsAreOneVertex() throws Exception {
        String text = "FROM a AS x\nRUN same\nFROM a AS y\nRUN same\nFROM scratch\nCOPY --from=x /a /\n"
                + "COPY --from=y /b /\n";
        assertThat(Graphs.build(text).vertices()).hasSize(4);
    }

    @Test
    void nothingFromScratch() throws Exception {
        BuildGraph graph = Graphs.build("FROM scratch\nLABEL a=b\n");
        assertThat(graph.vertices()).isEmpty();
        assertThat(graph.root()).isEmpty();
        assertThat(graph.base().history()).isEmpty();
    }

    @Test
    void theBaseIsKept() throws Exception {
        BuildGraph graph = Graphs.build("FROM alpine AS a\nENV A=1\nFROM a\nENV B=2\n");
        assertThat(graph.base().diffIds()).hasSize(1);
        assertThat(graph.base().history()).hasSize(1);
        assertThat(Graphs.createdBy(graph)).containsExactly("ENV A=1", "ENV B=2");
        assertThat(graph.author()).isEqualTo("someone");
        assertThat(graph.config().env()).containsExactly("PATH=/bin", "A=1", "B=2");
    }

    @Test
    void globalArgumentsInFrom() throws Exception {
        Graphs.Images images = new Graphs.Images();
        Graphs.build(
                "ARG V=1\nARG NAME=app:$V\nFROM --platform=linux/$TARGETARCH $NAME\n",
                Graphs.args(Map.of("V", "2")),
                images);
        assertThat(images.asked).containsExactly("docker.io/library/app:2 linux/amd64");
    }

    @Test
    void platforms() throws Exception {
        Graphs.Images images = new Graphs.Images();
        Platform arm = new Platform("linux", "arm64");
        GraphOptions cross = new GraphOptions(
                Optional.empty(),
                Map.of(),
                Map.of(),
                Optional.of(arm),
                Graphs.AMD64,
                false,
                false,
                Set.of(),
                BuildfileOverrides.NONE);
        String text = "FROM --platform=$BUILDPLATFORM tool AS t\nARG TARGETPLATFORM BUILDARCH\n"
                + "RUN $TARGETPLATFORM\nFROM app\nCOPY --from=t /x /\n";
        BuildGraph graph = Graphs.build(text, cross, images);
        assertThat(images.asked)
                .containsExactly(
                        "docker.io/library/tool:latest linux/amd64", "docker.io/library/app:latest linux/arm64");
        assertThat(graph.platform()).isEqualTo(arm);
        assertThat(Graphs.only(graph, Op.Run.class).env()).contains("TARGETPLATFORM=linux/arm64", "BUILDARCH=amd64");
    }

    @Test
    void platformsOfOneBuildShareWhatDoesNotDependOnThem() throws Exception {
        Platform arm = new Platform("linux", "arm64");
        String text = "FROM --platform=$BUILDPLATFORM tool AS t\nRUN prepare\nFROM t AS c\nARG TARGETARCH\n"
                + "RUN compile $TARGETARCH\nFROM scratch\nCOPY --from=c /x /\n";
        BuildPlan plan = Graphs.plan(text, List.of(arm, Graphs.AMD64), new Graphs.Images());
        assertThat(plan.graphs()).extracting(BuildGraph::platform).containsExactly(arm, Graphs.AMD64);
        assertThat(plan.vertices())
                .extracting(vertex -> vertex.name().replaceAll("@sha256:[0-9a-f]*", ""))
                .containsExactly(
                        "[linux/amd64 t 1/2] FROM docker.io/library/tool:latest",
                        "[linux/amd64 t 2/2] RUN prepare",
                        "[linux/amd64->arm64 c 1/1] RUN compile arm64",
                        "[linux/arm64 stage-2 1/1] COPY --from=c /x /",
                        "[linux/amd64 c 1/1] RUN compile amd64",
                        "[linux/amd64 stage-2 1/1] COPY --from=c /x /");
        assertThat(plan.processes().values()).hasSize(3).containsOnly(Graphs.AMD64);
        List<Vertex> seen = new ArrayList<>();
        for (Vertex vertex : plan.vertices()) {
            assertThat(seen).containsAll(vertex.inputs());
            seen.add(vertex);
        }
    }

    @Test
    void aRequestedPlatformIsThatOfTheResultButForWhatItLeavesOpen() throws Exception {
        Platform base = new Platform("windows", "amd64", "", "10.0.20348");
        Graphs.Images images = new Graphs.Images()
                .context(
                        "app",
                        new Bases.NamedContext.Image(
                                Graphs.Images.base(ImageReference.parse("app"), base, ContainerConfig.EMPTY)));
        List<Platform> asked = List.of(
                new Platform("windows", "amd64"),
                new Platform("windows", "amd64", "", "10.0.1"),
                new Platform("linux", "amd64"));
        BuildPlan plan = Graphs.plan("FROM app\nLABEL a=b\n", asked, images);
        assertThat(plan.graphs())
                .extracting(BuildGraph::platform)
                .containsExactly(base, asked.get(1), new Platform("linux", "amd64"));
        assertThat(plan.graphs()).extracting(BuildGraph::requested).isEqualTo(asked);
    }

    @Test
    void windowsHasAShellOfItsOwnAndNoPath() throws Exception {
        BuildPlan plan = Graphs.plan(
                "FROM scratch\nCMD a b\n",
                List.of(new Platform("windows", "amd64"), Graphs.AMD64),
                new Graphs.Images());
        ContainerConfig windows = plan.graphs().get(0).config();
        assertThat(windows.cmd()).contains(List.of("cmd", "/S", "/C", "a b"));
        assertThat(windows.env()).isEmpty();
        ContainerConfig linux = plan.graphs().get(1).config();
        assertThat(linux.cmd()).contains(List.of("/bin/sh", "-c", "a b"));
        assertThat(linux.envValue("PATH")).isPresent();
    }

    @Test
    void badPlatforms() {
        assertThatThrownBy(() -> Graphs.build("FROM --platform=$BULIDPLATFORM x\n"))
                .hasMessage("empty platform value from expression $BULIDPLATFORM (did you mean BUILDPLATFORM?)");
        assertThatThrownBy(() -> Graphs.build("ARG MY_ARCH=amd64\nFROM --platform=linux/${MYARCH} x\n"))
                .hasMessage("failed to parse platform linux/${MYARCH}: \"\" is an invalid component of \"linux/\":"
                        + " platform specifier component must match \"^[A-Za-z0-9_.-]+$\": invalid argument"
                        + " (did you mean MY_ARCH?)");
    }

    @Test
    void badBases() {
        assertThatThrownBy(() -> Graphs.build("FROM $NOTHING\n"))
                .hasMessage("base name ($NOTHING) should not be blank");
        assertThatThrownBy(() -> Graphs.build("FROM Upper\nFROM scratch\n"))
                .hasMessage("failed to parse stage name \"Upper\": invalid reference format:"
                        + " repository name (library/Upper) must be lowercase");
        assertThatThrownBy(() -> Graphs.build("FROM scratch AS missin\nFROM missing\n"))
                .isInstanceOf(RemoteError.class)
                .hasMessage("missing: no such image (did you mean missin?)")
                .asInstanceOf(InstanceOfAssertFactories.type(RemoteError.class))
                .satisfies(e -> assertThat(e.where().orElseThrow().firstLine()).isEqualTo(2));
    }

    @Test
    void triggersOfABaseImage() throws Exception {
        Graphs.Images images = new Graphs.Images()
                .with(
                        "kit",
                        new ContainerConfig.Builder()
                                .onBuild("COPY --from=tools /t /t")
                                .onBuild("RUN make")
                                .build());
        BuildGraph graph = Graphs.build("FROM kit\nRUN last\n", images);
        assertThat(shortNames(graph))
                .containsExactly(
                        "[1/2] FROM docker.io/library/kit:latest",
                        "FROM docker.io/library/tools:latest",
                        "[2/4] ONBUILD COPY --from=tools /t /t",
                        "[3/4] ONBUILD RUN make",
                        "[4/4] RUN last");
        assertThat(graph.config().onBuild()).isEmpty();
    }

    @Test
    void triggersOfAStage() throws Exception {
        BuildGraph graph =
                Graphs.build("FROM scratch AS a\nONBUILD ENV X=1\nFROM a AS b\nENV Y=$X\nFROM b\nENV Z=$Y\n");
        assertThat(Graphs.createdBy(graph)).containsExactly("ENV X=1", "ENV Y=1", "ENV Z=1");
        assertThat(Graphs.build("FROM scratch\nONBUILD RUN x\n").config().onBuild())
                .containsExactly("RUN x");
    }

    @Test
    void namedContextInPlaceOfAStage() throws Exception {
        Graphs.Images images = new Graphs.Images().context("a", new Bases.NamedContext.Files());
        BuildGraph graph = Graphs.build("FROM missing AS a\nRUN x\nFROM scratch\nCOPY --from=a /f /\n", images);
        assertThat(images.asked).isEmpty();
        assertThat(Graphs.only(graph, Op.Context.class)).isEqualTo(new Op.Context("a"));
        assertThat(Graphs.only(graph, Op.Copy.class).fromStage()).isFalse();
    }

    @Test
    void namedContextInPlaceOfAnImage() throws Exception {
        Bases.Base other = Graphs.Images.base(
                ImageReference.parse("other"),
                Graphs.AMD64,
                new ContainerConfig.Builder().env("O", "1").build());
        Graphs.Images images = new Graphs.Images().context("alpine", new Bases.NamedContext.Image(other));
        BuildGraph graph = Graphs.build("FROM alpine:latest\n", images);
        assertThat(images.asked).isEmpty();
        assertThat(graph.config().envValue("O")).hasValue("1");
        assertThat(Graphs.names(graph)).containsExactly("[context alpine] docker.io/library/other:latest");
    }

    @Test
    void aNamedContextOfFilesAsARootFileSystem() throws Exception {
        Graphs.Images images = new Graphs.Images().context("root", new Bases.NamedContext.Files());
        BuildGraph graph = Graphs.build("FROM root\nRUN x\n", images);
        assertThat(graph.vertices()).hasSize(3);
        assertThat(Graphs.only(graph, Op.Copy.class).sources())
                .extracting(Op.Source::path)
                .containsExactly("/");
        assertThat(graph.history()).hasSize(2).allMatch(step -> step.vertex().isPresent());
    }

    @Test
    void noCache() throws Exception {
        GraphOptions options = new GraphOptions(
                Optional.empty(),
                Map.of(),
                Map.of("k", "v"),
                Optional.empty(),
                Graphs.AMD64,
                false,
                false,
                Set.of("A"),
                BuildfileOverrides.NONE);
        BuildGraph graph = Graphs.build("FROM x AS a\nRUN 1\nFROM a\nRUN 2\n", options, new Graphs.Images());
        assertThat(graph.vertices()).extracting(Vertex::ignoreCache).containsExactly(false, true, false);
        assertThat(graph.config().labels()).containsEntry("k", "v");
    }

    @Test
    void contextsFromOtherMachines() throws Exception {
        Op.Git repository = new Op.Git("https://example.com/a.git", "", "", "", false, true, false, false);
        Op.Http file = new Op.Http("https://example.com/x", "context", Optional.empty());
        Graphs.Images bases = new Graphs.Images()
                .context("repo", new Bases.NamedContext.Remote(repository, "https://example.com/a.git"))
                .context("file", new Bases.NamedContext.Remote(file, "https://example.com/x"));
        BuildGraph graph = Graphs.build("FROM repo\nCOPY --from=file a b\n", bases);
        assertThat(graph.vertices())
                .extracting(Vertex::op)
                .filteredOn(op -> !(op instanceof Op.Copy))
                .containsExactlyInAnyOrder(repository, file);
        assertThat(Graphs.names(graph)).contains("[context repo] https://example.com/a.git", "[context file] unpack");
        assertThat(graph.history()).hasSize(2);
    }

    @Test
    void aBaseThatIsReplacedByNothing() throws Exception {
        Graphs.Images bases = new Graphs.Images().context("busybox", new Bases.NamedContext.Nothing());
        BuildGraph graph = Graphs.build("FROM busybox\nCOPY a b\n", bases);
        assertThat(Graphs.only(graph, Op.Copy.class).hasBase()).isFalse();
        assertThat(bases.asked).isEmpty();
    }
}
