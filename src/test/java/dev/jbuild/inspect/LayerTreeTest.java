package dev.jbuild.inspect;

import static dev.jbuild.inspect.Entries.directory;
import static dev.jbuild.inspect.Entries.file;
import static dev.jbuild.inspect.Entries.gone;
import static dev.jbuild.inspect.Entries.layer;
import static dev.jbuild.inspect.Entries.link;
import static org.assertj.core.api.Assertions.assertThat;

import dev.jbuild.inspect.LayerChange.Kind;
import dev.jbuild.layer.LayerIndex;
import dev.jbuild.sys.RawPath;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LayerTreeTest {
    private static final List<LayerIndex> LAYERS = List.of(
            layer(directory("d"), file("d/a", 1), file("d/b", 20), directory("e"), file("e/f", 300)),
            layer(file("d/a", 4000), gone("d/b"), file("g", 50000), link("h", "g", 50000)));

    /** As {@code m d/a 4000}; in brackets what isn't chosen. */
    private static List<String> nodes(String top, int levels, Kind... kinds) {
        Set<Kind> chosen = kinds.length == 0 ? EnumSet.allOf(Kind.class) : EnumSet.copyOf(Arrays.asList(kinds));
        return LayerTree.of(LAYERS, RawPath.of(top), chosen, levels).nodes().stream()
                .map(node -> node.change().kind().letter() + " " + node.path() + " " + node.bytes())
                .toList();
    }

    @Test
    void everythingIsThereWithWhatTheTopmostLayerDid() {
        assertThat(nodes("", 9))
                .containsExactly(
                        "u . 54320",
                        "u d 4020",
                        "m d/a 4000",
                        "r d/b 20",
                        "u e 300",
                        "u e/f 300",
                        "a g 50000",
                        "a h 0");
    }

    @Test
    void ofWhatIsNotChosenOnlyTheWayIsShown() {
        assertThat(nodes("", 9, Kind.REMOVED)).containsExactly("u . 20", "u d 20", "r d/b 20");
        assertThat(LayerTree.of(LAYERS, RawPath.ROOT, EnumSet.of(Kind.REMOVED), 9)
                        .nodes())
                .extracting(LayerTree.Node::chosen)
                .containsExactly(false, false, true);
    }

    @Test
    void whatIsDeeperCountsWhereItIsIn() {
        assertThat(nodes("", 1)).containsExactly("u . 54320", "u d 4020", "u e 300", "a g 50000", "a h 0");
        assertThat(nodes("", 1, Kind.MODIFIED)).containsExactly("u . 4000", "u d 4000");
    }

    @Test
    void aPartBeginsWithItsTop() {
        assertThat(nodes("d", 9, Kind.MODIFIED, Kind.UNMODIFIED)).containsExactly("u d 4000", "m d/a 4000");
    }
}
