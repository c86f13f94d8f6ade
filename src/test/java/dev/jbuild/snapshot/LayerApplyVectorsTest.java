package dev.jbuild.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.jbuild.fs.Trees;
import dev.jbuild.layer.ArchiveLimits;
import dev.jbuild.layer.IndexedTar;
import dev.jbuild.layer.LayerEntry;
import dev.jbuild.layer.LayerIndex;
import dev.jbuild.layer.LayerSummary;
import dev.jbuild.layer.LayerTarReader;
import dev.jbuild.oci.Digest;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.sys.Fd;
import dev.jbuild.sys.Linux;
import dev.jbuild.sys.RawPath;
import dev.jbuild.testing.SharedVectors;
import java.io.ByteArrayInputStream;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What layers make of an empty root, and that nothing of them gets out of it. */
@Tag("kernel")
class LayerApplyVectorsTest {
    private static final Map<String, Case> CASES = new LinkedHashMap<>();
    private static Path directory = Path.of("/nowhere");

    /** A vector and what came of it. */
    private static final class Case {
        final JsonNode vector;
        final Path at;
        LayerStack stack = LayerStack.EMPTY;
        String error = "";
        NavigableMap<String, String> mounted = new TreeMap<>();
        String victimBefore = "";
        final List<String> scans = new ArrayList<>();
        final List<String> unpacked = new ArrayList<>();

        Case(JsonNode vector, Path at) {
            this.vector = vector;
            this.at = at;
        }

        Path victim() {
            return at.resolve("victim");
        }

        boolean isHostile() {
            return vector.has("component");
        }
    }

    @BeforeAll
    static void applyAll() throws Exception {
        directory = Files.createTempDirectory("jbuild-apply");
        List<JsonNode> vectors = new ArrayList<>(SharedVectors.load("layer-apply.json"));
        for (JsonNode vector : SharedVectors.load("hostile.json")) {
            if (vector.has("layers")) {
                vectors.add(vector);
            }
        }
        OverlayBatch mounts = new OverlayBatch(Files.createDirectories(directory.resolve("batch")));
        List<Case> mounted = new ArrayList<>();
        for (JsonNode vector : vectors) {
            Case one = new Case(vector, Files.createDirectories(directory.resolve("" + CASES.size())));
            CASES.put(vector.get("id").textValue(), one);
            apply(one);
            if (one.error.isEmpty() && !one.stack.layers().isEmpty()) {
                mounted.add(one);
                Path upper = Files.createDirectories(one.at.resolve("upper"));
                LayerMetadata.prepareUpper(upper, one.stack.view());
                mounts.add(
                        one.stack.lowerDirectories(),
                        upper,
                        Files.createDirectories(one.at.resolve("work")),
                        new ObjectMapper().createArrayNode());
            }
        }
        List<OverlayBatch.Outcome> outcomes = mounts.run();
        for (int i = 0; i < outcomes.size(); i++) {
            mounted.get(i).mounted = outcomes.get(i).tree();
        }
    }

    private static void apply(Case one) throws Exception {
        makeVictim(one.victim());
        one.victimBefore = look(one.victim());
        int number = 0;
        for (JsonNode layer : one.vector.get("layers")) {
            Path diff = Files.createDirectories(one.at.resolve("l" + number++));
            byte[] tar = VectorTar.of(one.vector, layer, one.victim().toString());
            one.scans.add(scan(tar, one.stack));
            try {
                Applied applied = Apply.apply(new ByteArrayInputStream(tar), diff, one.stack, ArchiveLimits.DEFAULT);
                assertThat(applied.summary().diffId().digest()).isEqualTo(Digest.sha256(tar));
                assertThat(applied.summary().tarSize()).isEqualTo(tar.length);
                one.unpacked.add(described(applied.summary(), applied.index(), applied.selfContained()));
                one.stack = one.stack.plus(new PlainLayer(applied.summary(), applied.index(), diff));
            } catch (JbuildException e) {
                one.error = e.what();
                one.unpacked.add(e.what());
                return;
            }
        }
    }

    /** What reading a layer without unpacking it says, or why it can't be read. */
    private static String scan(byte[] tar, LayerStack lower) throws Exception {
        try {
            LayerScan.Scanned scanned =
                    LayerScan.scan(new ByteArrayInputStream(tar), lower.view(), ArchiveLimits.DEFAULT);
            IndexedTar kept = IndexedTar.parse(scanned.tar().toBytes());
            assertThat(kept.index()).isEqualTo(scanned.tar().index());
            assertThat(scanned.tar().offsets()).containsAllEntriesOf(kept.offsets());
            for (LayerEntry entry : kept.index().entries()) {
                if (kept.offset(entry).isPresent()) {
                    int offset = kept.offset(entry).get().intValue();
                    LayerTarReader reader =
                            new LayerTarReader(new ByteArrayInputStream(tar, offset, tar.length - offset));
                    assertThat(reader.next()).isPresent();
                    byte[] content = reader.content().readAllBytes();
                    assertThat(entry.content()).contains(Digest.sha256(content));
                }
            }
            return described(kept.summary(), kept.index(), scanned.selfContained());
        } catch (JbuildException e) {
            return e.what().replace("could not read", "could not unpack");
        }
    }

    private static String described(LayerSummary summary, LayerIndex index, boolean selfContained) {
        return summary + " " + selfContained + " " + index.entries();
    }

    private static void makeVictim(Path victim) throws Exception {
        Files.createDirectories(victim);
        Files.writeString(victim.resolve("hello"), "victim");
        try (Fd dir = Linux.openDirectory(victim)) {
            Linux.fchmodat(dir, RawPath.of("hello"), 0640);
            Linux.utimensat(dir, RawPath.of("hello"), 1_500_000_000, 0);
        }
    }

    private static String look(Path victim) throws Exception {
        try (Fd dir = Linux.openDirectory(victim)) {
            return TreeDump.ofDirectory(victim) + " " + Linux.lstat(dir, RawPath.of("hello")) + Linux.fstat(dir);
        }
    }

    @AfterAll
    static void cleanUp() throws Exception {
        Trees.deleteRecursively(directory);
        CASES.clear();
    }

    static Stream<String> ids() {
        return CASES.entrySet().stream()
                .filter(one -> !one.getValue().isHostile())
                .map(Map.Entry::getKey);
    }

    static Stream<String> hostileIds() {
        return CASES.entrySet().stream()
                .filter(one -> one.getValue().isHostile())
                .map(Map.Entry::getKey);
    }

    @ParameterizedTest
    @MethodSource("ids")
    void layersGiveTheTree(String id) throws Exception {
        Case one = CASES.get(id);
        JsonNode expect = one.vector.get("expect");
        assertThat(look(one.victim())).isEqualTo(one.victimBefore);
        if (!one.error.isEmpty()) {
            boolean allowed = expect.has("error") || expect.path("or_error").asBoolean();
            assertThat(allowed).as(one.error).isTrue();
            return;
        }
        if (expect.has("error")) {
            assertThat(expect.has("or_tree"))
                    .as("must be refused: " + expect.get("error"))
                    .isTrue();
            checkKernel(one);
            return;
        }
        checkTree(one, expect);
        checkKernel(one);
    }

    @ParameterizedTest
    @MethodSource({"ids", "hostileIds"})
    void readingALayerGivesWhatUnpackingItDoes(String id) {
        Case one = CASES.get(id);
        for (int i = 0; i < one.unpacked.size(); i++) {
            String unpacked = one.unpacked.get(i);
            // Some names only a file system refuses.
            if (one.error.isEmpty() || one.scans.get(i).startsWith("could not unpack")) {
                assertThat(one.scans.get(i)).isEqualTo(unpacked);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("hostileIds")
    void nothingGetsOut(String id) throws Exception {
        Case one = CASES.get(id);
        assertThat(look(one.victim())).isEqualTo(one.victimBefore);
        if (one.error.isEmpty()) {
            checkKernel(one);
            assertThat(one.mounted.values()).noneMatch(line -> line.contains(digestOf("victim")));
        }
        if (id.equals("tar-overlay-xattr-opaque")) {
            assertThat(one.mounted).containsKey("d/lower");
        }
        if (id.equals("tar-overlay-xattr-redirect")) {
            assertThat(one.mounted).doesNotContainKey("d/s");
        }
    }

    private static String digestOf(String text) {
        return Digest.sha256(text.getBytes(StandardCharsets.UTF_8)).toString();
    }

    /** The kernel shows over the directories what the view says of the indexes. */
    private static void checkKernel(Case one) throws Exception {
        assertThat(one.mounted).isEqualTo(TreeDump.ofView(one.stack.view()));
    }

    private static void checkTree(Case one, JsonNode expect) throws Exception {
        MergedView view = one.stack.view();
        Set<String> seen = new TreeSet<>();
        for (MergedView.Found found : view.beneath(RawPath.ROOT)) {
            seen.add(TreeDump.key(found.entry().path()));
        }
        Set<String> wanted = new TreeSet<>();
        for (var field : expect.get("tree").properties()) {
            RawPath path = treePath(field.getKey());
            if (!path.isRoot()) {
                wanted.add(TreeDump.key(path));
            }
            assertThat(view.find(path)).as(field.getKey()).isPresent();
            check(view, view.find(path).orElseThrow(), field.getValue());
        }
        for (JsonNode extra : expect.path("accept_extra_dirs")) {
            seen.remove(extra.textValue());
        }
        assertThat(seen).isEqualTo(wanted);
    }

    private static RawPath treePath(String key) {
        return key.startsWith("b64:") ? RawPath.of(Base64.getDecoder().decode(key.substring(4))) : RawPath.of(key);
    }

    private static void check(MergedView view, MergedView.Found found, JsonNode wanted) {
        LayerEntry entry = found.entry();
        for (var field : wanted.properties()) {
            JsonNode value = field.getValue();
            switch (field.getKey()) {
                case "type" -> assertThat(type(entry)).isEqualTo(value.textValue());
                case "mode" -> assertThat(entry.mode()).isEqualTo(Integer.parseInt(value.textValue(), 8));
                case "uid" -> assertThat(entry.uid()).isEqualTo(value.longValue());
                case "gid" -> assertThat(entry.gid()).isEqualTo(value.longValue());
                case "size" -> assertThat(entry.size()).isEqualTo(value.longValue());
                case "major" -> assertThat(entry.deviceMajor()).isEqualTo(value.intValue());
                case "minor" -> assertThat(entry.deviceMinor()).isEqualTo(value.intValue());
                case "target" -> assertThat(entry.linkTargetBytes()).isEqualTo(OverlayOps.bytes(value));
                case "content" -> assertThat(entry.content()).contains(Digest.sha256(OverlayOps.bytes(value)));
                case "mtime" ->
                    assertThat(entry.mtimeSeconds())
                            .isEqualTo(new BigDecimal(value.textValue())
                                    .setScale(0, RoundingMode.FLOOR)
                                    .longValueExact());
                case "xattrs_b64" -> assertThat(encoded(entry.xattrs())).isEqualTo(strings(value));
                case "links" -> checkLinks(view, found, value);
                default -> fail("no check for " + field.getKey());
            }
        }
        if (!wanted.has("xattrs_b64")) {
            assertThat(entry.xattrs()).isEmpty();
        }
    }

    private static void checkLinks(MergedView view, MergedView.Found found, JsonNode names) {
        RawPath first = found.entry().hardLinkTo().orElse(found.entry().path());
        for (JsonNode name : names) {
            MergedView.Found other = view.find(OverlayOps.path(name)).orElseThrow();
            assertThat(other.layer()).isEqualTo(found.layer());
            assertThat(other.entry().hardLinkTo().orElse(other.entry().path())).isEqualTo(first);
        }
    }

    private static String type(LayerEntry entry) {
        return switch (entry.type()) {
            case FILE -> "file";
            case DIRECTORY -> "dir";
            case SYMLINK -> "symlink";
            case CHARACTER_DEVICE -> "chardev";
            case BLOCK_DEVICE -> "blockdev";
            case FIFO -> "fifo";
            case WHITEOUT -> "whiteout";
        };
    }

    private static Map<String, String> encoded(Map<String, String> xattrs) {
        Map<String, String> encoded = new TreeMap<>();
        xattrs.forEach((name, value) ->
                encoded.put(name, Base64.getEncoder().encodeToString(value.getBytes(StandardCharsets.ISO_8859_1))));
        return encoded;
    }

    private static Map<String, String> strings(JsonNode object) {
        Map<String, String> strings = new TreeMap<>();
        object.properties()
                .forEach(field -> strings.put(field.getKey(), field.getValue().textValue()));
        return strings;
    }
}
