package dev.jbuild.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jbuild.layer.EntryType;
import dev.jbuild.layer.IndexedTar;
import dev.jbuild.layer.LayerEntry;
import dev.jbuild.layer.LayerIndex;
import dev.jbuild.layer.LayerSummary;
import dev.jbuild.layer.LayerTarReader;
import dev.jbuild.layer.LayerTarWriter;
import dev.jbuild.layer.TarEntry;
import dev.jbuild.oci.DiffId;
import dev.jbuild.oci.Digest;
import dev.jbuild.sys.RawPath;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TarContentsTest {
    private static final List<String> NAMES = List.of("a", "b", "c", "d");
    /** The last one is as the first. */
    private static final List<String> TEXTS = List.of("one", "2".repeat(1000), "three", "one");

    private final Map<String, LayerEntry> entries = new HashMap<>();
    private int opened;

    private static LayerEntry file(String name, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return new LayerEntry(
                RawPath.of(name),
                EntryType.FILE,
                0644,
                0,
                0,
                bytes.length,
                0,
                "",
                0,
                0,
                Collections.emptyNavigableMap(),
                Optional.of(Digest.sha256(bytes)),
                Optional.empty(),
                false);
    }

    private TarLayer layer() throws IOException {
        ByteArrayOutputStream tar = new ByteArrayOutputStream();
        try (LayerTarWriter writer = new LayerTarWriter(tar)) {
            for (int i = 0; i < NAMES.size(); i++) {
                LayerEntry entry = file(NAMES.get(i), TEXTS.get(i));
                entries.put(NAMES.get(i), entry);
                writer.add(entry, new ByteArrayInputStream(TEXTS.get(i).getBytes(StandardCharsets.UTF_8)));
            }
        }
        byte[] bytes = tar.toByteArray();
        Map<Digest, Long> offsets = new HashMap<>();
        try (LayerTarReader reader = new LayerTarReader(new ByteArrayInputStream(bytes))) {
            for (Optional<TarEntry> next = reader.next(); next.isPresent(); next = reader.next()) {
                LayerEntry entry = entries.get(next.get().path().toString());
                offsets.putIfAbsent(entry.content().orElseThrow(), reader.entryOffset());
            }
        }
        Digest digest = Digest.sha256(bytes);
        LayerSummary summary = new LayerSummary(new DiffId(digest), digest, bytes.length);
        return new TarLayer(new IndexedTar(summary, LayerIndex.of(entries.values()), offsets), () -> {
            opened++;
            return new ByteArrayInputStream(bytes);
        });
    }

    private List<String> read(String... order) throws Exception {
        TarLayer layer = layer();
        List<LayerEntry> wanted = Arrays.stream(order).map(entries::get).toList();
        List<String> texts = new ArrayList<>();
        try (OrderedContents contents = layer.ordered(wanted)) {
            for (LayerEntry file : wanted) {
                try (InputStream content = contents.open(file)) {
                    texts.add(new String(content.readAllBytes(), StandardCharsets.UTF_8));
                }
            }
        }
        return texts;
    }

    @Test
    void contentsAreGivenInTheirOwnOrderAndInAnyOther() throws Exception {
        assertThat(read("a", "b", "c", "d")).containsExactlyElementsOf(TEXTS);
        assertThat(read("d", "c", "b", "a")).containsExactly("one", "three", TEXTS.get(1), "one");
        assertThat(read("c", "a")).containsExactly("three", "one");
        assertThat(opened).isEqualTo(3);
    }

    @Test
    void whatIsReadInPartDoesNotDisturbTheRest() throws Exception {
        TarLayer layer = layer();
        try (OrderedContents contents = layer.ordered(List.of(entries.get("b"), entries.get("c")))) {
            assertThat(contents.open(entries.get("b")).readNBytes(3)).hasSize(3);
            assertThat(contents.open(entries.get("c")).readAllBytes())
                    .asString()
                    .isEqualTo("three");
        }
    }

    @Test
    void whatWasNotAnnouncedIsNotThere() throws Exception {
        TarLayer layer = layer();
        try (OrderedContents contents = layer.ordered(List.of(entries.get("c")))) {
            contents.open(entries.get("c"));
            assertThatThrownBy(() -> contents.open(entries.get("b"))).isInstanceOf(RuntimeException.class);
        }
    }
}
