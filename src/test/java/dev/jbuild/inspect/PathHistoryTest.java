package dev.jbuild.inspect;

import static dev.jbuild.inspect.Entries.directory;
import static dev.jbuild.inspect.Entries.file;
import static dev.jbuild.inspect.Entries.gone;
import static dev.jbuild.inspect.Entries.layer;
import static org.assertj.core.api.Assertions.assertThat;

import dev.jbuild.layer.LayerIndex;
import dev.jbuild.sys.RawPath;
import java.util.List;
import org.junit.jupiter.api.Test;

class PathHistoryTest {
    private static final List<LayerIndex> LAYERS = List.of(
            layer(directory("d"), file("d/a", 1), file("d/b", 1), directory("d/e"), file("d/e/f", 1)),
            layer(directory("d").withMtimeSeconds(7), file("d/a", 2), gone("d/b")),
            layer(file("d/a", 2), file("d/b", 3), file("dd", 1)));

    /** As {@code d/a: 0added 1modified}. */
    private static List<String> histories(String top, int levels) {
        return PathHistory.of(LAYERS, RawPath.of(top), levels).stream()
                .map(history -> history.path() + ":"
                        + history.changes().stream()
                                .map(change -> " " + change.layer() + BlameReport.word(change))
                                .reduce("", String::concat))
                .toList();
    }

    @Test
    void everyLayerThatTouchedAPathIsTold() {
        assertThat(histories("d/a", 1)).containsExactly("d/a: 0added 1modified 2rewritten");
        assertThat(histories("d/b", 1)).containsExactly("d/b: 0added 1removed 2added");
        assertThat(histories("nothing", 1)).isEmpty();
    }

    @Test
    void aDirectoryIsNotTouchedByWhatIsPutIntoIt() {
        assertThat(histories("d", 0)).containsExactly("d: 0added");
    }

    @Test
    void levelsBound() {
        assertThat(histories("d", 1))
                .containsExactly(
                        "d: 0added", "d/a: 0added 1modified 2rewritten", "d/b: 0added 1removed 2added", "d/e: 0added");
        assertThat(histories("", Integer.MAX_VALUE)).hasSize(6);
    }

    @Test
    void whatWasRemovedLastIsNotPresent() {
        List<PathHistory> histories = PathHistory.of(LAYERS.subList(0, 2), RawPath.of("d/b"), 1);
        assertThat(histories.get(0).isPresent()).isFalse();
        assertThat(histories.get(0).last().layer()).isEqualTo(1);
    }
}
