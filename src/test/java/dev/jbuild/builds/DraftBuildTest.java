package dev.jbuild.builds;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jbuild.builds.BuildRecord.Request;
import dev.jbuild.builds.FileListing.ListedFile;
import dev.jbuild.cache.CacheKey;
import dev.jbuild.graph.Op;
import dev.jbuild.graph.Vertex;
import dev.jbuild.oci.Digest;
import dev.jbuild.progress.BuildEvent;
import dev.jbuild.progress.EventSink;
import dev.jbuild.store.CollectionJournal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DraftBuildTest {
    private static final Request REQUEST = new Request("Buildfile", "/project", "", List.of(), List.of());
    private static final Instant BEGIN = Instant.parse("2026-01-01T00:00:00Z");
    private static final CollectionJournal NOTHING_REMOVED = new CollectionJournal() {
        @Override
        public List<Entry> newest(int most) {
            return List.of();
        }

        @Override
        public Optional<Entry> find(String id) {
            return Optional.empty();
        }
    };

    @TempDir
    Path directory;

    private final Vertex copy = vertex("v0", "[1/2] COPY . .");
    private final Vertex make = vertex("v1", "[2/2] RUN make", copy);

    private static Vertex vertex(String id, String name, Vertex... inputs) {
        return new Vertex(id, name, new Op.Mkdir(false, "/"), List.of(inputs), Optional.empty(), false);
    }

    private static CacheKey key(String files) {
        return CacheKey.of("copy", 1).add("files", files).build();
    }

    private static ListedFile file(String path, String content) {
        return new ListedFile(path, "file", "mode 0644", content);
    }

    private BuildRecords records() {
        return new BuildRecords(directory);
    }

    /** @param seconds how long the steps took; 0 for those that were cached */
    private void build(Instant start, int seconds, String files, Vertex... vertices) {
        try (BuildRecorder recorder =
                BuildRecorder.start(records(), NOTHING_REMOVED, REQUEST, EventSink.NONE, () -> start)) {
            recorder.planned(List.of(vertices));
            for (Vertex vertex : vertices) {
                recorder.keyed(vertex, key(files + vertex.id()));
                if (seconds == 0) {
                    recorder.accept(new BuildEvent.VertexCached(
                            vertex.id(), vertex.name(), Optional.empty(), Optional.of(Duration.ofSeconds(7)), start));
                } else {
                    recorder.accept(new BuildEvent.VertexStarted(vertex.id(), vertex.name(), List.of(), start));
                    recorder.missed(vertex, () -> List.of(file("a", files)));
                    recorder.accept(new BuildEvent.VertexFinished(
                            vertex.id(), BuildEvent.Outcome.DONE, Optional.empty(), start.plusSeconds(seconds)));
                }
                recorder.solved(vertex, "sha256:content", "sha256:layer of " + files);
            }
            recorder.succeeded(Digest.sha256(new byte[0]));
        }
    }

    private DraftBuild draft(Vertex... vertices) {
        DraftBuild draft = new DraftBuild(records(), NOTHING_REMOVED, REQUEST, BEGIN.plusSeconds(1000));
        draft.planned(List.of(vertices));
        return draft;
    }

    @Test
    void aStepIsForetoldByTheLatestThatWasLikeIt() throws Exception {
        build(BEGIN, 3, "1", copy, make);
        build(BEGIN.plusSeconds(100), 5, "2", copy, make);

        DraftBuild.Past past = draft(copy, make).past(make).orElseThrow();

        assertThat(past.took()).isEqualTo(Duration.ofSeconds(5));
        assertThat(past.layer()).isEqualTo("sha256:layer of 2");
    }

    @Test
    void theSameStepCountsMoreThanTheLatest() throws Exception {
        build(BEGIN, 3, "1", copy, make);
        build(BEGIN.plusSeconds(100), 5, "2", copy, make);
        DraftBuild draft = draft(copy, make);

        draft.keyed(make, key("1v1"));

        assertThat(draft.past(make).orElseThrow().took()).isEqualTo(Duration.ofSeconds(3));
    }

    @Test
    void aResultThatWasFoundTellsHowLongItTookToMake() throws Exception {
        build(BEGIN, 0, "1", copy, make);

        assertThat(draft(copy, make).past(make).orElseThrow().took()).isEqualTo(Duration.ofSeconds(7));
    }

    @Test
    void ofANewStepNothingIsForetold() throws Exception {
        build(BEGIN, 3, "1", copy);

        assertThat(draft(copy, make).past(make)).isEmpty();
    }

    @Test
    void theFilesThatChangedAreNamedAndNothingIsWritten() throws Exception {
        build(BEGIN, 3, "1", copy);
        List<Path> before = files();
        DraftBuild draft = draft(copy);

        draft.keyed(copy, key("2v0"));
        draft.missed(copy, () -> List.of(file("a", "2"), file("b", "2")));

        assertThat(draft.reason(copy).causes()).containsExactly("content of a", "added: b");
        assertThat(files()).isEqualTo(before);
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> all = Files.walk(directory)) {
            return all.sorted().toList();
        }
    }

    @Test
    void theCriticalPathIsThatOfTheTimesForetold() {
        Vertex other = vertex("v2", "[other] RUN sleep");
        Vertex last = vertex("v3", "[last] COPY", make, other);

        assertThat(draft(copy, make, other, last)
                        .criticalPath(Map.of(
                                "v0", Duration.ofSeconds(2), "v1", Duration.ofSeconds(2), "v2", Duration.ofSeconds(3))))
                .containsExactly("v0", "v1");
    }
}
