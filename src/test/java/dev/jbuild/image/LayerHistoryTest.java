package dev.jbuild.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jbuild.oci.ContainerConfig;
import dev.jbuild.oci.DiffId;
import dev.jbuild.oci.Digest;
import dev.jbuild.oci.History;
import dev.jbuild.oci.ImageConfig;
import dev.jbuild.oci.Platform;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LayerHistoryTest {
    private static final History LAYER = new History(Optional.empty(), "layer", "", "", false);
    private static final History EMPTY = new History(Optional.empty(), "empty", "", "", true);

    private static Optional<LayerHistory> history(int layers, History... entries) {
        DiffId layer = new DiffId(Digest.sha256(new byte[0]));
        return LayerHistory.of(new ImageConfig(
                new Platform("linux", "amd64"),
                Optional.empty(),
                "",
                ContainerConfig.EMPTY,
                Collections.nCopies(layers, layer),
                List.of(entries)));
    }

    @Test
    void entriesGoAsFarAsToTheirLayer() {
        LayerHistory history = history(2, EMPTY, LAYER, EMPTY, LAYER, EMPTY).orElseThrow();

        assertThat(history.until(0)).isZero();
        assertThat(history.until(1)).isEqualTo(2);
        assertThat(history.until(2)).isEqualTo(4);
    }

    @Test
    void whereEntriesAndLayersDontAgreeThereIsNone() {
        assertThat(history(2, LAYER, EMPTY)).isEmpty();
        assertThat(history(1)).isEmpty();
        assertThat(history(0)).isPresent();
    }
}
