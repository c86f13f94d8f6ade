package dev.jbuild.builds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jbuild.builds.BuildRecord.Request;
import dev.jbuild.builds.BuildRecord.State;
import dev.jbuild.builds.FileListing.ListedFile;
import dev.jbuild.builds.RecordedStep.Outcome;
import dev.jbuild.cache.CacheKey;
import dev.jbuild.graph.Op;
import dev.jbuild.graph.Vertex;
import dev.jbuild.oci.Digest;
import dev.jbuild.problem.BuildCancelled;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.problem.SourceExcerpt;
import dev.jbuild.problem.UserError;
import dev.jbuild.progress.BuildEvent;
import dev.jbuild.progress.StepSummary;
import dev.jbuild.progress.StepSummary.Mark;
import dev.jbuild.store.CollectionJournal;
import dev.jbuild.store.Victim;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BuildRecorderTest {
    private static final Request REQUEST = new Request("Buildfile", "/project", "", List.of(), List.of("some:tag"));
    private static final Digest IMAGE = Digest.sha256(new byte[] {1});

    @TempDir
    Path directory;

    private BuildRecords records;
    private final List<CollectionJournal.Entry> removed = new ArrayList<>();
    private final CollectionJournal journal = new CollectionJournal() {
        @Override
        public List<Entry> newest(int most) {
            return removed.stream().limit(most).toList();
        }

        @Override
        public Optional<Entry> find(String id) {
            return removed.stream()
                    .filter(entry -> entry.victim().id().equals(id))
                    .findFirst();
        }
    };
    private final List<BuildEvent> heard = new ArrayList<>();
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");

    @BeforeEach
    void open() {
        records = new BuildRecords(directory);
    }

    private BuildRecorder start(Request request) {
        return BuildRecorder.start(records, journal, request, heard::add, this::tick);
    }

    private Instant tick() {
        now = now.plusMillis(10);
        return now;
    }

    private static Vertex vertex(String id, String name, Vertex... inputs) {
        return new Vertex(
                id,
                name,
                new Op.Mkdir(false, "/"),
                List.of(inputs),
                Optional.of(new SourceExcerpt("Buildfile", 3, 3, List.of(), 3)),
                false);
    }

    private void run(BuildRecorder recorder, Vertex vertex, CacheKey key, ListedFile... files) {
        recorder.keyed(vertex, key);
        recorder.accept(new BuildEvent.VertexStarted(vertex.id(), vertex.name(), List.of(), tick()));
        recorder.missed(vertex, () -> List.of(files));
        recorder.accept(new BuildEvent.VertexOutput(
                vertex.id(),
                BuildEvent.Stream.STDOUT,
                ByteBuffer.wrap("printed\n".getBytes(StandardCharsets.UTF_8)),
                tick()));
        recorder.accept(new BuildEvent.VertexFinished(
                vertex.id(), BuildEvent.Outcome.DONE, Optional.empty(), Optional.empty(), tick()));
        recorder.solved(vertex, "sha256:content", "sha256:layer");
    }

    private static CacheKey key(String files) {
        return CacheKey.of("copy", 1).add("files", files).build();
    }

    private List<String> explanations() {
        return heard.stream()
                .filter(BuildEvent.VertexExplained.class::isInstance)
                .map(event -> ((BuildEvent.VertexExplained) event).text())
                .toList();
    }

    private static ListedFile file(String path, String content) {
        return new ListedFile(path, "file", "mode 0644", content);
    }

    @Test
    void recordsStepsWithTheirKeysTimesAndLogs() throws Exception {
        Vertex vertex = vertex("v0", "[1/2] COPY . .");
        Vertex unused = vertex("v1", "[2/2] RUN make", vertex);
        try (BuildRecorder recorder = start(REQUEST)) {
            recorder.planned(List.of(vertex, unused));
            run(recorder, vertex, key("1"), file("a", "1"));
            recorder.succeeded(IMAGE);
        }

        BuildRecord build = records.find("");

        assertThat(build.state()).isEqualTo(State.DONE);
        assertThat(build.image()).isEqualTo(IMAGE.toString());
        assertThat(build.request()).isEqualTo(REQUEST);
        assertThat(build.steps()).extracting(RecordedStep::outcome).containsExactly(Outcome.DONE, Outcome.WAITING);
        RecordedStep step = build.steps().get(0);
        assertThat(step.key()).isEqualTo(key("1").digest().toString());
        assertThat(step.preimage()).isEqualTo(key("1").preimage());
        assertThat(step.line()).isEqualTo(3);
        assertThat(step.layer()).isEqualTo("sha256:layer");
        assertThat(step.duration()).hasValueSatisfying(time -> assertThat(time).isPositive());
        assertThat(records.log(build, step)).hasContent("printed\n");
        assertThat(build.steps().get(1).inputs()).containsExactly("v0");
    }

    @Test
    void passesEventsOn() {
        try (BuildRecorder recorder = start(REQUEST)) {
            recorder.accept(new BuildEvent.Notice("something", List.of(), now));
        }

        assertThat(heard).contains(new BuildEvent.Notice("something", List.of(), now));
    }

    @Test
    void namesTheFilesThatChangedSinceTheBuildBefore() throws Exception {
        Vertex copy = vertex("v0", "[1/2] COPY . .");
        Vertex make = vertex("v1", "[2/2] RUN make", copy);
        try (BuildRecorder recorder = start(REQUEST)) {
            recorder.planned(List.of(copy, make));
            run(recorder, copy, key("1"), file("a", "1"), file("b", "1"));
            run(recorder, make, CacheKey.of("run", 1).add("root", "1").build());
            recorder.succeeded(IMAGE);
        }
        assertThat(explanations()).isEmpty();
        try (BuildRecorder recorder = start(REQUEST)) {
            recorder.planned(List.of(copy, make));
            run(recorder, copy, key("2"), file("a", "2"), file("c", "1"));
            run(recorder, make, CacheKey.of("run", 1).add("root", "2").build());
            recorder.succeeded(IMAGE);
        }

        // What follows from the first miss is not said: it is no news.
        assertThat(explanations()).containsExactly("not cached: content of a; renamed: b → c");
        MissReasons reasons = new MissReasons(records, journal);
        assertThat(reasons.of(records.find(""), 2).causes()).containsExactly("other files from [1/2] COPY . .");
    }

    private void buildOnce() {
        Vertex copy = vertex("v0", "[1/1] COPY . .");
        try (BuildRecorder recorder = start(REQUEST)) {
            recorder.planned(List.of(copy));
            run(recorder, copy, key("1"));
            recorder.succeeded(IMAGE);
        }
    }

    @Test
    void aResultThatIsTooOldIsTheReason() throws Exception {
        buildOnce();
        Vertex copy = vertex("v0", "[1/1] COPY . .");
        try (BuildRecorder recorder = start(REQUEST)) {
            recorder.planned(List.of(copy));
            recorder.tooOld(copy, Instant.parse("2025-12-24T18:00:00.123Z"));
            run(recorder, copy, key("1"));
            recorder.succeeded(IMAGE);
        }

        assertThat(reasonOf(records.find("")).kind()).isEqualTo(MissReason.Kind.EXPIRED);
        assertThat(explanations())
                .containsExactly("not cached: its result was made at 2025-12-24T18:00:00Z, longer ago than"
                        + " --cache-ttl allows");
    }

    private void remove(String id, String reason) {
        removed.add(0, new CollectionJournal.Entry(tick(), "jbuild prune", new Victim("regular", id, "", reason, 7)));
    }

    private MissReason reasonOf(BuildRecord build) throws JbuildException {
        return new MissReasons(records, journal).of(build, 1);
    }

    @Test
    void ofAResultThatIsGoneItSaysThatNothingTellsWhyIfNothingDoes() throws Exception {
        remove(key("1").digest().toString(), "too early to be meant");
        buildOnce();
        remove("sha256:other", "it is not meant");
        buildOnce();

        assertThat(reasonOf(records.find("")).kind()).isEqualTo(MissReason.Kind.GONE);
        assertThat(reasonOf(records.find("")).removal()).isEmpty();
        assertThat(explanations()).singleElement().asString().contains("is gone from the store, and nothing tells why");
    }

    @Test
    void namesTheCollectionThatRemovedTheResult() throws Exception {
        buildOnce();
        remove(key("1").digest().toString(), "it wasn't used for 3 days");
        buildOnce();
        BuildRecord second = records.find("");
        remove(key("1").digest().toString(), "too late to be meant");

        assertThat(reasonOf(second).removal()).contains(removed.get(1));
        assertThat(explanations())
                .singleElement()
                .asString()
                .matches("not cached: its result, which build [0-9a-f]+ had, was removed from the store by jbuild prune"
                        + " at 2026-01-01T00:00:00Z: it wasn't used for 3 days");
    }

    @Test
    void namesTheCollectionThatRemovedTheLayerOfTheResult() throws Exception {
        buildOnce();
        remove("sha256:layer", "no image and no cached result needs it");
        buildOnce();

        assertThat(reasonOf(records.find("")).causes())
                .singleElement()
                .asString()
                .contains("the layer that it made, for no image and no cached result needs it");
    }

    @Test
    void aFailedStepHasNoResultToBeFound() throws Exception {
        Vertex copy = vertex("v0", "[1/1] COPY . .");
        try (BuildRecorder recorder = start(REQUEST)) {
            recorder.planned(List.of(copy));
            recorder.keyed(copy, key("1"));
            recorder.accept(new BuildEvent.VertexStarted("v0", copy.name(), List.of(), tick()));
            recorder.accept(new BuildEvent.VertexFinished(
                    "v0", BuildEvent.Outcome.FAILED, Optional.of("exit code: 1"), Optional.empty(), tick()));
            recorder.failed(new UserError("it failed"));
        }
        BuildRecord failed = records.find("");
        assertThat(failed.state()).isEqualTo(State.FAILED);
        assertThat(failed.error()).isEqualTo("it failed");
        assertThat(failed.steps().get(0).error()).isEqualTo("exit code: 1");
        try (BuildRecorder recorder = start(REQUEST)) {
            recorder.planned(List.of(copy));
            run(recorder, copy, key("1"));
            recorder.succeeded(IMAGE);
        }

        assertThat(new MissReasons(records, journal).of(records.find(""), 1).kind())
                .isEqualTo(MissReason.Kind.FAILED);
    }

    @Test
    void otherProjectsCountWhereThereIsNoBuildOfThisOne() throws Exception {
        Vertex copy = vertex("v0", "[1/1] COPY . .");
        Request elsewhere = new Request("Buildfile", "/elsewhere", "", List.of(), List.of());
        for (Request request : List.of(elsewhere, REQUEST)) {
            try (BuildRecorder recorder = start(request)) {
                recorder.planned(List.of(copy));
                run(recorder, copy, key(request.context()), file("a", request.context()));
                recorder.succeeded(IMAGE);
            }
        }

        assertThat(explanations()).containsExactly("not cached: content of a");
    }

    @Test
    void aBuildIsComparedWithThoseBeforeItHoweverManyCameAfterIt() throws Exception {
        Vertex copy = vertex("v0", "[1/1] COPY . .");
        for (int i = 0; i < 40; i++) {
            try (BuildRecorder recorder = start(REQUEST)) {
                recorder.planned(List.of(copy));
                run(recorder, copy, key("files " + i), file("a", "content " + i));
                recorder.succeeded(IMAGE);
            }
        }
        BuildRecord second = records.list().get(38);

        assertThat(new MissReasons(records, journal).of(second, 1).causes()).containsExactly("content of a");
    }

    @Test
    void passwordsInAddressesAreNotRecorded() throws Exception {
        Vertex download = new Vertex(
                "v0",
                "file",
                new Op.Http("https://me:secret@host/file", "file", Optional.empty()),
                List.of(),
                Optional.empty(),
                false);
        try (BuildRecorder recorder = start(REQUEST)) {
            recorder.planned(List.of(download));
            recorder.succeeded(IMAGE);
        }

        assertThat(records.find("").steps().get(0).source()).isEqualTo("https://me:xxxxx@host/file");
        assertThat(records.find("").toJson()).doesNotContain("secret");
    }

    @Test
    void aBuildWhoseProcessIsGoneIsInterrupted() throws Exception {
        BuildRecorder running = start(REQUEST);
        assertThat(records.list())
                .singleElement()
                .extracting(BuildRecord::state)
                .isEqualTo(State.RUNNING);
        assertThatThrownBy(() -> records.remove(records.find(""))).hasMessageContaining("is still running");
        running.close();

        // As if it had been killed: the record says that it runs, but nobody holds the lock.
        assertThat(records.list())
                .singleElement()
                .extracting(BuildRecord::state)
                .isEqualTo(State.INTERRUPTED);
    }

    @Test
    void whatKilledBuildsLeftIsSwept() throws Exception {
        BuildRecorder running = start(REQUEST);
        Path build = directory.resolve(records.find("").id());
        Path unfinished = Files.createFile(build.resolve("files7.new"));
        Path young = Files.createDirectories(directory.resolve("0123456789ab"));
        Path old = Files.createDirectories(directory.resolve("0123456789cd").resolve("log"));
        Files.createFile(old.resolveSibling("lock"));
        Files.setLastModifiedTime(old.getParent(), FileTime.from(Instant.now().minus(Duration.ofHours(1))));

        records.sweep();
        assertThat(unfinished).exists();
        assertThat(young).exists();
        assertThat(old.getParent()).doesNotExist();

        running.close();
        Files.createFile(build.resolve("lock")); // whom a kill ends leaves it
        records.sweep();
        assertThat(unfinished).doesNotExist();
        assertThat(records.list()).hasSize(1);
    }

    @Test
    void aCancelledBuildIsNotAFailedOne() throws Exception {
        try (BuildRecorder recorder = start(REQUEST)) {
            recorder.failed(new BuildCancelled());
        }

        assertThat(records.find("").state()).isEqualTo(State.CANCELLED);
    }

    @Test
    void buildsGoOnWhereNothingCanBeRecorded() throws Exception {
        Path file = Files.createFile(directory.resolve("file"));
        Vertex copy = vertex("v0", "[1/1] COPY . .");
        try (BuildRecorder recorder =
                BuildRecorder.start(new BuildRecords(file), journal, REQUEST, heard::add, this::tick)) {
            recorder.planned(List.of(copy));
            run(recorder, copy, key("1"), file("a", "1"));
            recorder.succeeded(IMAGE);
        }

        assertThat(heard.stream().filter(BuildEvent.Notice.class::isInstance))
                .singleElement()
                .asString()
                .contains("can't be recorded");
    }

    @Test
    void removingABuildRemovesTheListsThatNoOtherNeeds() throws Exception {
        Vertex copy = vertex("v0", "[1/1] COPY . .");
        for (String files : List.of("1", "2")) {
            try (BuildRecorder recorder = start(REQUEST)) {
                recorder.planned(List.of(copy));
                run(recorder, copy, key(files), file("a", files));
                recorder.succeeded(IMAGE);
            }
        }
        assertThat(lists()).isEqualTo(2);

        records.remove(records.list().get(1));

        assertThat(lists()).isEqualTo(1);
        assertThat(records.lists().read(FileLists.name(key("2").preimage()).orElseThrow()))
                .hasValue(List.of(file("a", "2")));
    }

    private long lists() throws IOException {
        try (var files = Files.list(directory.resolve("files"))) {
            return files.count();
        }
    }

    @Test
    void onlyTheLatestBuildsAreKept() throws Exception {
        for (int i = 0; i < 251; i++) {
            try (BuildRecorder recorder = start(REQUEST)) {
                recorder.succeeded(IMAGE);
            }
        }

        assertThat(records.list()).hasSize(200);
        assertThat(records.list().get(0).startedAt()).isEqualTo(latest());
    }

    private Instant latest() throws JbuildException {
        return records.list().stream()
                .map(BuildRecord::startedAt)
                .max(Instant::compareTo)
                .orElseThrow();
    }

    @Test
    void findsBuildsByTheBeginningOfTheirIds() throws Exception {
        assertThatThrownBy(() -> records.find("")).hasMessageContaining("nothing was built");
        String id;
        try (BuildRecorder recorder = start(REQUEST)) {
            id = recorder.id();
            recorder.succeeded(IMAGE);
        }

        assertThat(records.find(id.substring(0, 6)).id()).isEqualTo(id);
        assertThatThrownBy(() -> records.find("zzz")).hasMessageContaining("there is no build zzz");
    }

    private StepSummary summed(String vertex) {
        BuildEvent last = heard.get(heard.size() - 1);
        return ((BuildEvent.BuildEnded) last)
                .steps().stream()
                        .filter(step -> step.vertex().equals(vertex))
                        .findFirst()
                        .orElseThrow();
    }

    @Test
    void saysAtTheEndWhatBecameOfEachStep() throws Exception {
        Vertex local = vertex("v0", "[1/4] WORKDIR /a");
        Vertex remote = vertex("v1", "[2/4] WORKDIR /b", local);
        Vertex ran = vertex("v2", "[3/4] WORKDIR /c", remote);
        Vertex waits = vertex("v3", "[4/4] WORKDIR /d", ran);
        try (BuildRecorder recorder = start(REQUEST)) {
            recorder.planned(List.of(local, remote, ran, waits));
            recorder.skipped("[other] RUN never", 9);
            recorder.accept(new BuildEvent.VertexCached(
                    "v0", local.name(), Optional.empty(), Optional.of(Duration.ofSeconds(7)), tick()));
            recorder.accept(
                    new BuildEvent.VertexCached("v1", remote.name(), Optional.of("/cache"), Optional.empty(), tick()));
            run(recorder, ran, key("1"));
            recorder.failed(new UserError("it failed"));
        }

        assertThat(summed("v0").mark()).isEqualTo(Mark.CACHED);
        assertThat(summed("v0").saved()).contains(Duration.ofSeconds(7));
        assertThat(summed("v1").mark()).isEqualTo(Mark.REUSED);
        assertThat(summed("v1").reusedFrom()).isEqualTo("/cache");
        assertThat(summed("v2").mark()).isEqualTo(Mark.RUN);
        assertThat(summed("v2").took()).isPositive();
        assertThat(summed("v3").mark()).isEqualTo(Mark.WAITING);
        assertThat(summed("skipped:9").mark()).isEqualTo(Mark.SKIPPED);
        assertThat(records.find("").steps())
                .extracting(RecordedStep::outcome)
                .contains(Outcome.REUSED, Outcome.SKIPPED);
    }

    @Test
    void aGraphSolvedAgainDoesNotMakeWhatRanCached() throws Exception {
        Vertex ran = vertex("v0", "[1/2] WORKDIR /a");
        Vertex reused = vertex("v1", "[2/2] WORKDIR /b", ran);
        try (BuildRecorder recorder = start(REQUEST)) {
            recorder.planned(List.of(ran, reused));
            run(recorder, ran, key("1"));
            recorder.accept(
                    new BuildEvent.VertexCached("v1", reused.name(), Optional.of("/cache"), Optional.empty(), tick()));
            for (Vertex vertex : List.of(ran, reused)) {
                recorder.accept(new BuildEvent.VertexCached(
                        vertex.id(), vertex.name(), Optional.empty(), Optional.empty(), tick()));
            }
            recorder.succeeded(IMAGE);
        }

        assertThat(summed("v0").mark()).isEqualTo(Mark.RUN);
        assertThat(summed("v1").mark()).isEqualTo(Mark.REUSED);
    }

    @Test
    void aDamagedRecordIsPassedOver() throws Exception {
        String id;
        try (BuildRecorder recorder = start(REQUEST)) {
            id = recorder.id();
            recorder.succeeded(IMAGE);
        }
        Files.writeString(directory.resolve(id).resolve("record.json"), "{\"state\":\"done\"");

        assertThat(records.list()).isEmpty();
    }
}
