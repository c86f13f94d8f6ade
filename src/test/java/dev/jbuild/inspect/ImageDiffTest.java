package dev.jbuild.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jbuild.inspect.ImageDiff.FileChange;
import dev.jbuild.inspect.ImageDiff.Setting;
import dev.jbuild.layer.EntryType;
import dev.jbuild.layer.LayerEntry;
import dev.jbuild.layer.LayerIndex;
import dev.jbuild.oci.Digest;
import dev.jbuild.oci.ImageConfig;
import dev.jbuild.snapshot.MergedView;
import dev.jbuild.sys.RawPath;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ImageDiffTest {
    private static LayerEntry entry(String path, EntryType type, int mode, long uid, long time, String content) {
        return new LayerEntry(
                RawPath.of(path),
                type,
                mode,
                uid,
                0,
                content.length(),
                time,
                type == EntryType.SYMLINK ? content : "",
                0,
                0,
                Collections.emptyNavigableMap(),
                type == EntryType.FILE
                        ? Optional.of(Digest.sha256(content.getBytes(StandardCharsets.UTF_8)))
                        : Optional.empty(),
                Optional.empty(),
                false);
    }

    private static LayerEntry file(String path, String content) {
        return entry(path, EntryType.FILE, 0644, 0, 0, content);
    }

    private static MergedView view(LayerEntry... entries) {
        return MergedView.of(List.of(LayerIndex.of(List.of(entries))));
    }

    private static List<String> files(ImageDiff diff) {
        return diff.files().stream()
                .map(change ->
                        change.kind() + " " + change.path() + (change.what().isEmpty() ? "" : change.what()))
                .toList();
    }

    @Test
    void filesAreAddedDeletedAndChanged() {
        MergedView before = view(
                entry("d", EntryType.DIRECTORY, 0755, 0, 0, ""),
                file("d/same", "x"),
                file("d/content", "x"),
                entry("d/mode", EntryType.FILE, 0600, 7, 0, "x"),
                entry("d/type", EntryType.FILE, 0644, 0, 0, "x"),
                entry("link", EntryType.SYMLINK, 0777, 0, 0, "a"),
                file("gone", "x"));
        MergedView after = view(
                entry("d", EntryType.DIRECTORY, 0755, 0, 0, ""),
                file("d/come", "x"),
                file("d/same", "x"),
                file("d/content", "y"),
                file("d/mode", "x"),
                entry("d/type", EntryType.DIRECTORY, 0644, 0, 0, ""),
                entry("link", EntryType.SYMLINK, 0777, 0, 0, "b"));
        assertThat(files(ImageDiff.ofTrees(before, after, RawPath.ROOT, false)))
                .containsExactlyInAnyOrder(
                        "A d/come",
                        "C d/content[content]",
                        "C d/mode[mode, owner]",
                        "C d/type[type]",
                        "D gone",
                        "C link[target]");
        assertThat(files(ImageDiff.ofTrees(before, after, RawPath.of("link"), false)))
                .containsExactly("C link[target]");
        assertThat(ImageDiff.ofTrees(before, before, RawPath.ROOT, true).isEmpty())
                .isTrue();
    }

    @Test
    void timesCountWhenAskedFor() {
        MergedView before = view(entry("f", EntryType.FILE, 0644, 0, 1, "x"));
        MergedView after = view(entry("f", EntryType.FILE, 0644, 0, 2, "x"));
        assertThat(ImageDiff.ofTrees(before, after, RawPath.ROOT, false).isEmpty())
                .isTrue();
        assertThat(files(ImageDiff.ofTrees(before, after, RawPath.ROOT, true))).containsExactly("C f[time]");
    }

    @Test
    void settingsAndStepsDiffer() throws Exception {
        ImageConfig before = ImageConfig.parse(
                ("{\"architecture\":\"amd64\",\"os\":\"linux\",\"created\":\"2020-01-01T00:00:00Z\",\"config\":{\"User\":\"a\","
                                + "\"Env\":[\"A=1\"]},\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[]},\"history\":["
                                + "{\"created_by\":\"one\",\"empty_layer\":true},{\"created_by\":\"two\",\"empty_layer\":true}]}")
                        .getBytes(StandardCharsets.UTF_8));
        ImageConfig after = ImageConfig.parse(
                ("{\"architecture\":\"arm64\",\"os\":\"linux\",\"config\":{\"Env\":[\"A=1\"],\"WorkingDir\":\"/w\"},"
                                + "\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[]},\"history\":["
                                + "{\"created_by\":\"one\",\"empty_layer\":true},{\"created_by\":\"three\",\"empty_layer\":true}]}")
                        .getBytes(StandardCharsets.UTF_8));
        ImageDiff diff = ImageDiff.of(view(), before, view(), after, false);
        assertThat(diff.settings())
                .containsExactly(
                        new Setting("User", "\"a\"", ""),
                        new Setting("WorkingDir", "", "\"/w\""),
                        new Setting("architecture", "\"amd64\"", "\"arm64\""));
        assertThat(diff.stepsBefore()).containsExactly("two");
        assertThat(diff.stepsAfter()).containsExactly("three");
        assertThat(diff.isEmpty()).isFalse();
    }

    @Test
    void theJsonSaysAll() {
        ImageDiff diff = ImageDiff.ofTrees(view(file("f", "x")), view(file("f", "yy")), RawPath.ROOT, false);
        assertThat(DiffReport.json(diff))
                .contains("\"Kind\":\"C\",\"Path\":\"/f\",\"Changed\":[\"content\"]", "\"Before\":{", "\"Size\":2")
                .startsWith("{\"Files\":[");
        FileChange change = diff.files().get(0);
        assertThat(change.before().orElseThrow().entry().size()).isEqualTo(1);
    }
}
