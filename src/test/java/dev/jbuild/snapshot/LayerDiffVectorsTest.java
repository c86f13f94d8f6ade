package dev.jbuild.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.jbuild.fs.Trees;
import dev.jbuild.layer.EntryType;
import dev.jbuild.layer.LayerEntry;
import dev.jbuild.layer.LayerIndex;
import dev.jbuild.oci.Digest;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.problem.UserError;
import dev.jbuild.sys.Fd;
import dev.jbuild.sys.Linux;
import dev.jbuild.sys.RawPath;
import dev.jbuild.sys.Stat;
import dev.jbuild.testing.SharedVectors;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a layer says after a step, against what is right and what other builders do. */
@Tag("kernel")
class LayerDiffVectorsTest {
    private static final Map<String, Case> CASES = new LinkedHashMap<>();
    private static Path directory = Path.of("/nowhere");

    /** A vector and what came of it. */
    private static final class Case {
        final JsonNode vector;
        final Path at;
        LayerIndex base = LayerIndex.EMPTY;
        List<String> results = List.of();
        NavigableMap<String, String> shown = new TreeMap<>();
        NavigableMap<String, String> shownAgain = new TreeMap<>();
        Captured captured = new Captured(
                new dev.jbuild.layer.LayerSummary(
                        new dev.jbuild.oci.DiffId(Digest.sha256(new byte[0])), Digest.sha256(new byte[0]), 0),
                LayerIndex.EMPTY,
                List.of(),
                List.of());
        JbuildException error = new UserError("");

        Case(JsonNode vector, Path at) {
            this.vector = vector;
            this.at = at;
        }

        boolean failed() {
            return !error.what().isEmpty();
        }
    }

    @BeforeAll
    static void runAllSteps() throws Exception {
        List<JsonNode> vectors = SharedVectors.load("layer-diff.json");
        directory = Files.createTempDirectory("jbuild-diff");
        OverlayBatch steps = new OverlayBatch(Files.createDirectories(directory.resolve("steps")));
        for (JsonNode vector : vectors) {
            Path at = Files.createDirectories(directory.resolve("" + CASES.size()));
            Case one = new Case(vector, at);
            CASES.put(vector.get("id").textValue(), one);
            makeBase(Files.createDirectories(at.resolve("base")), vector.get("base"));
            one.base = Capture.capture(at.resolve("base"), MergedView.of(List.of()))
                    .index();
            add(steps, List.of(at.resolve("base")), at.resolve("step"), vector.get("ops"));
        }
        List<OverlayBatch.Outcome> outcomes = steps.run();
        OverlayBatch views = new OverlayBatch(Files.createDirectories(directory.resolve("views")));
        int i = 0;
        for (Case one : CASES.values()) {
            one.results = outcomes.get(i).results();
            one.shown = outcomes.get(i++).tree();
            Path upper = one.at.resolve("step/upper");
            try {
                one.captured = Capture.capture(upper, MergedView.of(List.of(one.base)));
            } catch (JbuildException e) {
                one.error = e;
            }
            add(
                    views,
                    List.of(upper, one.at.resolve("base")),
                    one.at.resolve("view"),
                    new ObjectMapper().createArrayNode());
        }
        i = 0;
        List<OverlayBatch.Outcome> viewed = views.run();
        for (Case one : CASES.values()) {
            one.shownAgain = viewed.get(i++).tree();
        }
    }

    private static void add(OverlayBatch batch, List<Path> lowers, Path at, JsonNode ops) throws Exception {
        batch.add(
                lowers, Files.createDirectories(at.resolve("upper")), Files.createDirectories(at.resolve("work")), ops);
    }

    @AfterAll
    static void cleanUp() throws Exception {
        Trees.deleteRecursively(directory);
        CASES.clear();
    }

    private static void makeBase(Path base, JsonNode entries) throws Exception {
        try (Fd root = Linux.openDirectory(base)) {
            for (JsonNode entry : entries) {
                make(root, OverlayOps.path(entry.get("path")), entry);
            }
            for (JsonNode entry : entries) {
                String time = entry.path("mtime").asText("1600000000");
                OverlayOps.setTime(root, OverlayOps.path(entry.get("path")), time);
            }
            OverlayOps.setTime(root, RawPath.ROOT, "1600000000");
        }
    }

    private static void make(Fd root, RawPath path, JsonNode entry) throws Exception {
        int mode = OverlayOps.mode(entry, entry.get("type").textValue().equals("dir") ? 0755 : 0644);
        switch (entry.get("type").textValue()) {
            case "dir" -> Linux.mkdirat(root, path, 0755);
            case "file" -> {
                try (Fd file = Linux.openat(root, path, Linux.O_WRONLY | Linux.O_CREAT | Linux.O_EXCL, 0644)) {
                    byte[] content = OverlayOps.bytes(entry.get("content"));
                    Linux.writeFully(file, content, 0, content.length);
                }
            }
            case "symlink" -> Linux.symlinkat(OverlayOps.bytes(entry.get("target")), root, path);
            case "hardlink" -> Linux.linkat(root, OverlayOps.path(entry.get("target")), root, path);
            case "chardev" ->
                Linux.mknodat(
                        root,
                        path,
                        Stat.CHARACTER_DEVICE,
                        entry.get("major").intValue(),
                        entry.get("minor").intValue());
            case "fifo" -> Linux.mknodat(root, path, Stat.FIFO, 0, 0);
            default -> throw new IllegalArgumentException("unknown type " + entry);
        }
        if (!List.of("symlink", "hardlink").contains(entry.get("type").textValue())) {
            Linux.fchmodat(root, path, mode);
        }
        for (var xattr : entry.path("xattrs").properties()) {
            Linux.setxattr(root, path, xattr.getKey(), OverlayOps.bytes(xattr.getValue()));
        }
    }

    static Stream<String> ids() {
        return CASES.keySet().stream();
    }

    @ParameterizedTest
    @MethodSource("ids")
    void layerSaysWhatTheStepChanged(String id) {
        Case one = CASES.get(id);
        JsonNode expect = one.vector.get("expect");
        checkResults(one, expect);
        if (expect.has("error_or_drop_with_warning")) {
            checkRefused(one, expect);
            return;
        }
        if (one.failed()) {
            fail(one.error.what(), one.error);
        }
        checkEntries(one.captured.index(), expect);
        checkTree(one);
    }

    private static void checkResults(Case one, JsonNode expect) {
        for (int i = 0; i < one.results.size(); i++) {
            String wanted = expect.path("op_results").path("" + i).asText("ok");
            assertThat(one.results.get(i)).as("operation " + i).isEqualTo(wanted);
        }
    }

    private static void checkRefused(Case one, JsonNode expect) {
        MergedView after = MergedView.of(List.of(one.base, one.captured.index()));
        for (JsonNode name : expect.get("must_survive_apply")) {
            assertThat(after.find(OverlayOps.path(name))).isPresent();
        }
        assertThat(one.failed() || !one.captured.warnings().isEmpty()).isTrue();
        if (!one.failed()) {
            checkTree(one);
        }
    }

    /** By index, by the directory's own content, and by the kernel over the directory. */
    private static void checkTree(Case one) {
        LayerIndex index = one.captured.index();
        NavigableMap<String, String> view = TreeDump.ofView(MergedView.of(List.of(one.base, index)));
        assertThat(view).isEqualTo(one.shown);
        one.shownAgain.put("", view.getOrDefault("", ""));
        assertThat(one.shownAgain).isEqualTo(one.shown);
        try {
            NavigableMap<String, String> onDisk = TreeDump.ofDirectory(one.at.resolve("step/upper"));
            onDisk.remove("");
            NavigableMap<String, String> said = TreeDump.ofEntries(index.entries());
            said.remove("");
            assertThat(onDisk).isEqualTo(said);
        } catch (java.io.IOException e) {
            fail(e);
        }
    }

    private static void checkEntries(LayerIndex index, JsonNode expect) {
        Set<String> allowed = new HashSet<>();
        for (JsonNode wanted : expect.get("entries")) {
            String name = TreeDump.key(OverlayOps.path(wanted.get("path")));
            allowed.add(name);
            boolean opaqueInstead = wanted.has("whiteout") && isBelowOpaque(index, name, expect);
            if (!opaqueInstead) {
                checkEntry(index, name, wanted);
            }
        }
        for (JsonNode optional : expect.get("optional")) {
            String name = TreeDump.key(OverlayOps.path(optional.get("path")));
            name = name.equals(".") ? "" : name;
            allowed.add(name);
            if (index.find(raw(name)).isPresent()) {
                checkEntry(index, name, optional);
            }
        }
        for (LayerEntry entry : index.entries()) {
            assertThat(allowed)
                    .contains(
                            entry.type() == EntryType.WHITEOUT
                                    ? whiteoutName(entry.path())
                                    : TreeDump.key(entry.path()));
            if (entry.opaque()) {
                assertThat(opaqueAlternatives(expect)).contains(TreeDump.key(entry.path()));
            }
        }
        for (JsonNode group : expect.path("hardlink_groups")) {
            Set<RawPath> firsts = new HashSet<>();
            for (JsonNode name : group) {
                LayerEntry entry = index.find(OverlayOps.path(name)).orElseThrow();
                firsts.add(entry.hardLinkTo().orElse(entry.path()));
            }
            assertThat(firsts).hasSize(1);
        }
    }

    private static List<String> opaqueAlternatives(JsonNode expect) {
        List<String> directories = new ArrayList<>();
        for (JsonNode marker : expect.path("opaque_alternative")) {
            directories.add(TreeDump.key(OverlayOps.path(marker).parent()));
        }
        return directories;
    }

    private static boolean isBelowOpaque(LayerIndex index, String name, JsonNode expect) {
        return opaqueAlternatives(expect).stream()
                .anyMatch(directory -> raw(name).startsWith(raw(directory))
                        && index.find(raw(directory)).filter(LayerEntry::opaque).isPresent());
    }

    private static RawPath raw(String latin1) {
        return RawPath.of(latin1.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static String whiteoutName(RawPath path) {
        return TreeDump.key(path.parent().resolve(raw(".wh." + TreeDump.key(path.fileName()))));
    }

    private static void checkEntry(LayerIndex index, String name, JsonNode wanted) {
        RawPath path = raw(name);
        if (wanted.has("whiteout")) {
            RawPath gone =
                    path.parent().resolve(raw(TreeDump.key(path.fileName()).substring(4)));
            assertThat(index.find(gone)).isPresent();
            assertThat(index.find(gone).orElseThrow().type()).isEqualTo(EntryType.WHITEOUT);
            return;
        }
        assertThat(index.find(path)).as(name).isPresent();
        LayerEntry entry = index.find(path).orElseThrow();
        if (!wanted.has("hardlink_group") && !wanted.get("typeflag").textValue().equals("1")) {
            assertThat(typeflag(entry)).isEqualTo(wanted.get("typeflag").textValue());
        }
        for (var field : wanted.properties()) {
            checkField(entry, field.getKey(), field.getValue());
        }
        if (!wanted.has("xattrs_b64")) {
            assertThat(entry.xattrs()).isEmpty();
        }
    }

    private static String typeflag(LayerEntry entry) {
        return switch (entry.type()) {
            case FILE -> "0";
            case SYMLINK -> "2";
            case CHARACTER_DEVICE -> "3";
            case BLOCK_DEVICE -> "4";
            case DIRECTORY -> "5";
            case FIFO -> "6";
            case WHITEOUT -> "whiteout";
        };
    }

    private static void checkField(LayerEntry entry, String field, JsonNode wanted) {
        switch (field) {
            case "mode" -> assertThat(entry.mode()).isEqualTo(Integer.parseInt(wanted.textValue(), 8));
            case "uid" -> assertThat(entry.uid()).isEqualTo(wanted.longValue());
            case "gid" -> assertThat(entry.gid()).isEqualTo(wanted.longValue());
            case "size" -> assertThat(entry.size()).isEqualTo(wanted.longValue());
            case "content" ->
                assertThat(entry.content())
                        .contains(Digest.sha256(wanted.textValue().getBytes(StandardCharsets.UTF_8)));
            case "sha256_first16hex" ->
                assertThat(entry.content().orElseThrow().toString()).startsWith("sha256:" + wanted.textValue());
            case "linkname" -> assertThat(entry.linkTarget()).isEqualTo(wanted.textValue());
            case "mtime" ->
                assertThat(entry.mtimeSeconds())
                        .isEqualTo(new BigDecimal(wanted.textValue())
                                .setScale(0, RoundingMode.FLOOR)
                                .longValueExact());
            case "major" -> assertThat(entry.deviceMajor()).isEqualTo(wanted.intValue());
            case "minor" -> assertThat(entry.deviceMinor()).isEqualTo(wanted.intValue());
            case "xattrs_b64" -> {
                Map<String, String> xattrs = new TreeMap<>();
                entry.xattrs()
                        .forEach((name, value) -> xattrs.put(
                                name, Base64.getEncoder().encodeToString(value.getBytes(StandardCharsets.ISO_8859_1))));
                Map<String, String> all = new TreeMap<>();
                wanted.properties()
                        .forEach(xattr ->
                                all.put(xattr.getKey(), xattr.getValue().textValue()));
                assertThat(xattrs).isEqualTo(all);
            }
            default -> {
                // path, whiteout and what peers did
            }
        }
    }
}
