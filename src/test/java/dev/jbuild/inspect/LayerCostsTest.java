package dev.jbuild.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jbuild.inspect.LayerCost.Rule;
import dev.jbuild.layer.EntryType;
import dev.jbuild.layer.LayerEntry;
import dev.jbuild.layer.LayerIndex;
import dev.jbuild.oci.Digest;
import dev.jbuild.snapshot.MergedView;
import dev.jbuild.sys.RawPath;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LayerCostsTest {
    private static final long BIG = 3_000_000;

    private static LayerEntry entry(
            String path, EntryType type, int mode, long uid, long size, long time, boolean opaque) {
        return new LayerEntry(
                RawPath.of(path),
                type,
                mode,
                uid,
                0,
                size,
                time,
                "",
                0,
                0,
                Collections.emptyNavigableMap(),
                type == EntryType.FILE
                        ? Optional.of(Digest.sha256(Long.toString(size).getBytes(StandardCharsets.UTF_8)))
                        : Optional.empty(),
                Optional.empty(),
                opaque);
    }

    private static LayerEntry file(String path, int mode, long uid, long size, long time) {
        return entry(path, EntryType.FILE, mode, uid, size, time, false);
    }

    private static LayerEntry file(String path, long size) {
        return file(path, 0644, 0, size, 0);
    }

    private static LayerEntry directory(String path, boolean opaque) {
        return entry(path, EntryType.DIRECTORY, 0755, 0, 0, 0, opaque);
    }

    private static LayerIndex layer(LayerEntry... entries) {
        return LayerIndex.of(List.of(entries));
    }

    private static final LayerIndex BASE =
            layer(directory("a", false), file("a/big", BIG), file("a/small", 10), file("other", BIG + 1));

    private static List<LayerCost> costs(LayerEntry... entries) {
        LayerIndex layer = layer(entries);
        List<LayerCost> costs = LayerCosts.of(layer, MergedView.of(List.of(LayerIndex.EMPTY, BASE)));
        assertThat(LayerCosts.isSuspect(layer)).as("suspect").isIn(true, !costs.isEmpty());
        return costs;
    }

    @Test
    void newAndChangedFilesAreWhatALayerIsFor() {
        assertThat(costs(file("new", BIG), file("a/big", BIG + 7), file("a/small", 10)))
                .isEmpty();
    }

    @Test
    void anotherOwnerOrModeStoresFilesAgain() {
        assertThat(costs(file("a/big", 0644, 7, BIG, 0), file("other", 0755, 0, BIG + 1, 0)))
                .containsExactly(new LayerCost(Rule.METADATA_ONLY_REWRITE, 2 * BIG + 1, 2, Set.of(1)));
    }

    @Test
    void anotherTimeIsNoReasonToStoreFilesAgain() {
        assertThat(costs(file("a/big", 0644, 0, BIG, 99)))
                .containsExactly(new LayerCost(Rule.UNCHANGED_REWRITE, BIG, 1, Set.of(1)));
    }

    @Test
    void deletedFilesStayInTheLayersBelow() {
        LayerCost cost = new LayerCost(Rule.DELETED_IN_LATER_LAYER, BIG, 1, Set.of(1));
        assertThat(costs(LayerEntry.whiteout(RawPath.of("a/big")))).containsExactly(cost);
        LayerCost tree = new LayerCost(Rule.DELETED_IN_LATER_LAYER, BIG + 10, 2, Set.of(1));
        assertThat(costs(LayerEntry.whiteout(RawPath.of("a")))).containsExactly(tree);
        assertThat(costs(directory("a", true), file("a/else", 1))).containsExactly(tree);
        assertThat(costs(LayerEntry.whiteout(RawPath.of("a/small")))).isEmpty();
    }

    @Test
    void packageManagersKeepWhatNobodyNeeds() {
        assertThat(costs(
                        file("var/lib/apt/lists/one", BIG),
                        file("var/cache/apt/archives/a.deb", BIG),
                        file("var/lib/apt/listsX", BIG)))
                .containsExactly(new LayerCost(Rule.PACKAGE_CACHE_KEPT, 2 * BIG, 2, Set.of()));
    }

    @Test
    void fewBytesArePassedOverWithoutALook() {
        assertThat(LayerCosts.isSuspect(layer(file("a/small", 0644, 7, 10, 0)))).isFalse();
        assertThat(LayerCosts.isSuspect(layer(file("x", BIG)))).isTrue();
    }
}
