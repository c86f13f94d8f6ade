package dev.jbuild.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jbuild.layer.LayerIndex;
import dev.jbuild.layer.LayerSummary;
import dev.jbuild.oci.Descriptor;
import dev.jbuild.oci.DiffId;
import dev.jbuild.oci.Digest;
import dev.jbuild.oci.MediaTypes;
import dev.jbuild.store.CacheRecords.CacheRecord;
import dev.jbuild.store.LayerStore.WorkArea;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Several processes on one store, some of which are killed. */
class ManyProcessesTest {
    private static final int ROUNDS = 40;

    @TempDir
    Path directory;

    /** The other process: {@code build} does all there is to do some times over; {@code hang} waits amidst it. */
    static final class Other {
        private Other() {}

        public static void main(String[] arguments) throws Exception {
            try (Store store = Store.open(Path.of(arguments[1]))) {
                if (arguments[0].equals("build")) {
                    build(store, arguments[2]);
                } else {
                    hang(store);
                }
            }
        }

        private static void hang(Store store) throws Exception {
            try (Lease lease = store.lease();
                    WorkArea area = store.layers().workArea();
                    BlobStore.Ingest ingest = store.blobs().ingest()) {
                Files.writeString(area.upper().resolve("half"), "half");
                ingest.output().write(1);
                commit(store, summary("leased"));
                Files.createFile(store.root().resolve("ready"));
                Thread.sleep(60_000);
                assertThat(lease).isNotNull();
            }
        }
    }

    private static void build(Store store, String who) throws Exception {
        try (Lease lease = store.lease()) {
            assertThat(lease).isNotNull();
            for (int i = 0; i < ROUNDS; i++) {
                byte[] content = ("content " + i).getBytes(StandardCharsets.US_ASCII);
                Digest blob = store.blobs().put(content);
                LayerSummary layer = commit(store, summary("layer " + i));
                store.records().put(new CacheRecord(blob, who, List.of(layer.diffId()), List.of(blob)));
                store.names().set(who + i, new Descriptor(MediaTypes.OCI_LAYER, blob, content.length));
                assertThat(store.layers().find(layer.diffId())).isPresent();
            }
        }
    }

    private static LayerSummary summary(String name) {
        Digest digest = Digest.sha256(name.getBytes(StandardCharsets.US_ASCII));
        return new LayerSummary(new DiffId(digest), digest, 1024);
    }

    private static LayerSummary commit(Store store, LayerSummary summary) throws Exception {
        try (WorkArea area = store.layers().workArea()) {
            Files.writeString(area.upper().resolve("f"), "1");
            store.layers().commit(area, summary, LayerIndex.EMPTY);
        }
        return summary;
    }

    @Test
    void allSucceedAndOneCopyStays() throws Exception {
        Path root = directory.resolve("store");
        List<Process> others = new ArrayList<>();
        for (String who : List.of("a", "b", "c")) {
            others.add(start("build", root.toString(), who));
        }
        for (Process other : others) {
            assertThat(other.waitFor()).isZero();
        }
        try (Store store = Store.open(root)) {
            assertThat(store.names().list()).hasSize(3 * ROUNDS);
            assertThat(children(root.resolve("layers"))).hasSize(ROUNDS);
            assertThat(store.collect(CollectionRequest.unreachable("test")))
                    .isEqualTo(new Store.Collected(List.of(), 0, 0, 0, 0, 0));
        }
        assertThat(children(root.resolve("ingest"))).isEmpty();
    }

    @Test
    void whatTheDeadLeaveIsSweptAndTheirLeasesEnd() throws Exception {
        Path root = directory.resolve("store");
        Process other = start("hang", root.toString());
        while (!Files.exists(root.resolve("ready"))) {
            assertThat(other.isAlive()).isTrue();
            Thread.sleep(20);
        }
        try (Store store = Store.open(root)) {
            assertThat(store.collect(CollectionRequest.everything("test")).layers())
                    .isZero();
            assertThat(children(root.resolve("ingest"))).hasSizeGreaterThanOrEqualTo(2);

            other.destroyForcibly().waitFor();
            Thread.sleep(10);
            assertThat(store.collect(CollectionRequest.everything("test")).layers())
                    .isEqualTo(1);
        }
        assertThat(children(root.resolve("ingest"))).isEmpty();
    }

    private static Process start(String... arguments) throws IOException {
        ProcessHandle.Info self = ProcessHandle.current().info();
        List<String> command = new ArrayList<>(List.of(self.command().orElse("java"), "-cp"));
        command.add(System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")));
        command.add(Other.class.getName());
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(Redirect.INHERIT)
                .start();
    }

    private static List<Path> children(Path directory) throws IOException {
        try (Stream<Path> children = Files.list(directory)) {
            return children.toList();
        }
    }
}
