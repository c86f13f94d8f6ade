package dev.jbuild.inspect;

import static dev.jbuild.inspect.Entries.directory;
import static dev.jbuild.inspect.Entries.file;
import static dev.jbuild.inspect.Entries.gone;
import static dev.jbuild.inspect.Entries.layer;
import static dev.jbuild.inspect.Entries.opaque;
import static org.assertj.core.api.Assertions.assertThat;

import dev.jbuild.layer.LayerIndex;
import java.util.List;
import org.junit.jupiter.api.Test;

class LayerReplayTest {
    /** What the last layer did, as {@code m d/a content}. */
    private static List<String> changes(LayerIndex... layers) {
        LayerReplay replay = new LayerReplay();
        List<LayerChange> last = List.of();
        for (LayerIndex layer : layers) {
            last = replay.add(layer);
        }
        return last.stream()
                .map(change ->
                        (change.kind().letter() + " " + change.path() + " " + String.join(",", change.what())).strip())
                .toList();
    }

    @Test
    void whatWasNotThereIsAdded() {
        assertThat(changes(layer(file("a", 1)), layer(directory("d"), file("d/b", 2))))
                .containsExactly("a d", "a d/b");
    }

    @Test
    void whatDiffersIsSaid() {
        assertThat(changes(layer(file("a", 1), file("b", 1), file("c", 1)), layer(file("a", 2), directory("b"))))
                .containsExactly("m a content", "m b type");
        assertThat(changes(
                        layer(file("a", 1), file("b", 1)),
                        layer(file("a", 1).withMtimeSeconds(7), Entries.withMode(file("b", 1), 0600))))
                .containsExactly("m a time", "m b mode");
    }

    @Test
    void aDirectoryOnlyOfAnotherTimeIsUnmodified() {
        assertThat(changes(layer(directory("d")), layer(directory("d").withMtimeSeconds(7))))
                .containsExactly("u d");
    }

    @Test
    void aFileThatIsThereAsItWasIsUnmodified() {
        assertThat(changes(layer(file("a", 1)), layer(file("a", 1)))).containsExactly("u a");
    }

    @Test
    void whatIsInARemovedDirectoryIsRemoved() {
        assertThat(changes(layer(directory("d"), file("d/a", 1), file("d.txt", 1)), layer(gone("d"))))
                .containsExactly("r d", "r d/a");
        assertThat(changes(layer(directory("d"), file("d/a", 1)), layer(file("d", 1))))
                .containsExactly("m d type", "r d/a");
    }

    @Test
    void whatAnOpaqueDirectoryHasAgainIsNotRemoved() {
        assertThat(changes(
                        layer(directory("d"), file("d/a", 1), file("d/b", 1), file("d/c", 1)),
                        layer(opaque("d"), file("d/a", 1), file("d/b", 2))))
                .containsExactly("u d", "u d/a", "m d/b content", "r d/c");
    }

    @Test
    void whatWasRemovedBeforeIsAddedAnew() {
        assertThat(changes(layer(file("a", 1)), layer(gone("a")), layer(file("a", 1))))
                .containsExactly("a a");
        assertThat(changes(layer(file("a", 1)), layer(gone("a")), layer(gone("a"))))
                .isEmpty();
    }
}
