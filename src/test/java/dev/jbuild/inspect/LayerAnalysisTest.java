package dev.jbuild.inspect;

import static dev.jbuild.inspect.Entries.directory;
import static dev.jbuild.inspect.Entries.file;
import static dev.jbuild.inspect.Entries.gone;
import static dev.jbuild.inspect.Entries.layer;
import static dev.jbuild.inspect.Entries.link;
import static dev.jbuild.inspect.Entries.opaque;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.jbuild.inspect.LayerAnalysis.Layer;
import dev.jbuild.inspect.LayerAnalysis.WastedPath;
import dev.jbuild.layer.LayerIndex;
import dev.jbuild.sys.RawPath;
import java.util.List;
import org.junit.jupiter.api.Test;

class LayerAnalysisTest {
    private static List<String> tree(LayerAnalysis analysis) {
        return analysis.tree().stream()
                .map(shown -> shown.entry().path() + "@" + shown.layer())
                .toList();
    }

    @Test
    void whatIsReplacedIsWasted() {
        LayerAnalysis analysis = LayerAnalysis.of(
                List.of(layer(directory("d"), file("d/f", 100), file("g", 10)), layer(file("d/f", 7))));
        assertThat(analysis.layers()).containsExactly(new Layer(3, 0, 0, 110, 100), new Layer(0, 1, 0, 7, 0));
        assertThat(tree(analysis)).containsExactly("d@0", "d/f@1", "g@0");
        assertThat(analysis.wastedPaths()).containsExactly(new WastedPath(RawPath.of("d/f"), 1, 100));
        assertThat(analysis.contentBytes()).isEqualTo(117);
        assertThat(analysis.wastedBytes()).isEqualTo(100);
        assertThat(analysis.efficiency()).isEqualTo(17 / 117.0, within(1e-9));
    }

    @Test
    void whatIsRemovedIsWastedWithAllThatIsInIt() {
        LayerAnalysis analysis = LayerAnalysis.of(
                List.of(layer(directory("d"), directory("d/e"), file("d/e/f", 5), file("d.txt", 3)), layer(gone("d"))));
        assertThat(analysis.layers()).containsExactly(new Layer(4, 0, 0, 8, 5), new Layer(0, 0, 3, 0, 0));
        assertThat(tree(analysis)).containsExactly("d.txt@0");
    }

    @Test
    void opaqueDirectoriesHideWhatIsBelowAndKeepTheirOwn() {
        LayerAnalysis analysis = LayerAnalysis.of(
                List.of(layer(directory("d"), file("d/a", 4), file("d/b", 4)), layer(opaque("d"), file("d/a", 1))));
        assertThat(tree(analysis)).containsExactly("d@1", "d/a@1");
        assertThat(analysis.layers().get(0).wastedBytes()).isEqualTo(8);
        assertThat(analysis.layers().get(1)).isEqualTo(new Layer(0, 1, 1, 1, 0));
    }

    @Test
    void aFileInPlaceOfADirectoryRemovesWhatWasInIt() {
        LayerAnalysis analysis = LayerAnalysis.of(
                List.of(layer(directory("d"), file("d/a", 4)), layer(file("d", 2)), layer(directory("d"))));
        assertThat(tree(analysis)).containsExactly("d@2");
        assertThat(analysis.layers())
                .containsExactly(new Layer(2, 0, 0, 4, 4), new Layer(0, 1, 1, 2, 2), new Layer(0, 1, 0, 0, 0));
    }

    @Test
    void contentOfHardLinksCountsOnceAndIsWastedWithTheLastName() {
        LayerIndex links = layer(file("a", 9), link("b", "a", 9), link("c", "a", 9));
        assertThat(LayerAnalysis.of(List.of(links, layer(gone("a"), gone("c")))).wastedBytes())
                .isZero();
        LayerAnalysis all = LayerAnalysis.of(List.of(links, layer(gone("a"), gone("c")), layer(file("b", 1))));
        assertThat(all.layers().get(0)).isEqualTo(new Layer(3, 0, 0, 9, 9));
        assertThat(all.contentBytes()).isEqualTo(10);
    }

    @Test
    void anEmptyImageWastesNothing() {
        assertThat(LayerAnalysis.of(List.of()).efficiency()).isEqualTo(1);
    }

    @Test
    void theDearestPathComesFirst() {
        LayerAnalysis analysis = LayerAnalysis.of(
                List.of(layer(file("a", 1), file("b", 5)), layer(file("b", 6)), layer(file("a", 2), gone("b"))));
        assertThat(analysis.wastedPaths())
                .containsExactly(new WastedPath(RawPath.of("b"), 2, 11), new WastedPath(RawPath.of("a"), 1, 1));
    }
}
