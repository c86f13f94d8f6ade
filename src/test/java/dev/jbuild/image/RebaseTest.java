package dev.jbuild.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jbuild.image.Rebase.Base;
import dev.jbuild.image.Rebase.Overlap;
import dev.jbuild.layer.EntryType;
import dev.jbuild.layer.LayerEntry;
import dev.jbuild.layer.LayerIndex;
import dev.jbuild.oci.Digest;
import dev.jbuild.sys.RawPath;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RebaseTest {
    private static LayerEntry entry(String path, EntryType type, String content, boolean opaque) {
        boolean file = type == EntryType.FILE;
        return new LayerEntry(
                RawPath.of(path),
                type,
                file ? 0644 : 0755,
                0,
                0,
                content.length(),
                0,
                "",
                0,
                0,
                Collections.emptyNavigableMap(),
                file ? Optional.of(Digest.sha256(content.getBytes(StandardCharsets.UTF_8))) : Optional.empty(),
                Optional.empty(),
                opaque);
    }

    private static LayerEntry file(String path, String content) {
        return entry(path, EntryType.FILE, content, false);
    }

    private static LayerEntry directory(String path) {
        return entry(path, EntryType.DIRECTORY, "", false);
    }

    private static LayerIndex layer(LayerEntry... entries) {
        return LayerIndex.of(List.of(entries));
    }

    private static Overlap overlap(String path, boolean removed, Base base) {
        return new Overlap(RawPath.of(path), removed, base);
    }

    private static final LayerIndex OLD =
            layer(directory("d"), file("d/same", "1"), file("d/changed", "1"), file("gone", "1"));
    private static final LayerIndex NEW =
            layer(directory("d"), file("d/same", "1"), file("d/changed", "2"), file("d/added", "2"));

    private static List<Overlap> overlaps(LayerEntry... moved) {
        return Rebase.overlaps(List.of(OLD), List.of(NEW), List.of(layer(moved)));
    }

    @Test
    void whatIsReplacedIsTold() {
        assertThat(overlaps(
                        directory("d"),
                        file("d/same", "x"),
                        file("d/changed", "x"),
                        file("d/added", "x"),
                        file("gone", "x")))
                .containsExactly(
                        overlap("d/added", false, Base.ADDED),
                        overlap("d/changed", false, Base.CHANGED),
                        overlap("d/same", false, Base.SAME));
    }

    @Test
    void whatIsRemovedIsTold() {
        assertThat(overlaps(LayerEntry.whiteout(RawPath.of("d/changed")), LayerEntry.whiteout(RawPath.of("gone"))))
                .containsExactly(overlap("d/changed", true, Base.CHANGED));
        assertThat(overlaps(file("d", "no directory any more"))).containsExactly(overlap("d", false, Base.SAME));
    }

    @Test
    void anOpaqueDirectoryRemovesAllThatItHasNot() {
        assertThat(overlaps(entry("d", EntryType.DIRECTORY, "", true), file("d/same", "1")))
                .containsExactly(
                        overlap("d/added", true, Base.ADDED),
                        overlap("d/changed", true, Base.CHANGED),
                        overlap("d/same", false, Base.SAME));
    }
}
