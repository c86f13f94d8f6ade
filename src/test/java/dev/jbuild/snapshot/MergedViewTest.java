package dev.jbuild.snapshot;

import static dev.jbuild.snapshot.Entries.directory;
import static dev.jbuild.snapshot.Entries.file;
import static dev.jbuild.snapshot.Entries.layer;
import static dev.jbuild.snapshot.Entries.opaque;
import static dev.jbuild.snapshot.Entries.paths;
import static dev.jbuild.snapshot.Entries.symlink;
import static dev.jbuild.snapshot.Entries.whiteout;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jbuild.layer.LayerEntry;
import dev.jbuild.layer.LayerIndex;
import dev.jbuild.problem.UserError;
import dev.jbuild.sys.RawPath;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class MergedViewTest {
    private static List<String> all(LayerIndex... layers) {
        return paths(MergedView.of(List.of(layers)).beneath(RawPath.ROOT));
    }

    @Test
    void theRootIsAlwaysThere() {
        assertThat(MergedView.of(List.of()).find(RawPath.ROOT)).isPresent();
        assertThat(all()).isEmpty();
    }

    @Test
    void upperLayersWinAndDirectoriesMerge() {
        assertThat(all(
                        layer(directory("d"), file("d/a", "1"), file("d/b", "1")),
                        layer(directory("d"), file("d/b", "2"), file("d/c", "2"))))
                .containsExactly("d@1", "d/a@0", "d/b@1", "d/c@1");
    }

    @Test
    void whiteoutsHideWhatIsBelowAndNotWhatIsAbove() {
        LayerIndex base = layer(directory("d"), file("d/a", "1"), file("e", "1"));
        LayerIndex gone = layer(whiteout("d"), whiteout("e"));
        assertThat(all(base, gone)).isEmpty();
        assertThat(all(base, gone, layer(directory("d"), file("d/n", "2")))).containsExactly("d@2", "d/n@2");
        MergedView view = MergedView.of(List.of(base, gone));
        assertThat(view.find(RawPath.of("d/a"))).isEmpty();
        assertThat(view.children(RawPath.of("d"))).isEmpty();
    }

    @Test
    void opaqueDirectoriesHideWhatTheyHadBelow() {
        LayerIndex base = layer(directory("d"), file("d/a", "1"), directory("d/s"), file("d/s/b", "1"));
        assertThat(all(base, layer(opaque("d"), directory("d/s"), file("d/s/c", "2"))))
                .containsExactly("d@1", "d/s@1", "d/s/c@1");
        assertThat(all(base, layer(opaque(""), file("x", "2")))).containsExactly("x@1");
    }

    @Test
    void aFileInADirectorysPlaceHidesItForGood() {
        assertThat(all(layer(directory("x"), file("x/y", "1")), layer(file("x", "2"))))
                .containsExactly("x@1");
        assertThat(all(layer(directory("x"), file("x/y", "1")), layer(file("x", "2")), layer(directory("x"))))
                .containsExactly("x@2");
    }

    @Test
    void childrenLeapOverWhatIsBeneathThem() {
        List<LayerEntry> entries = new ArrayList<>();
        for (int i = 0; i < 9; i++) {
            entries.add(directory("d" + i));
            for (int j = 0; j < i * i; j++) {
                entries.add(file("d" + i + "/" + j, "x"));
            }
            entries.add(file("d" + i + "-file", "x"));
        }
        MergedView view = MergedView.of(List.of(LayerIndex.of(entries)));
        assertThat(view.children(RawPath.ROOT)).hasSize(18);
        assertThat(view.children(RawPath.of("d8"))).hasSize(64);
        assertThat(view.children(RawPath.of("d8/0"))).isEmpty();
    }

    @Test
    void symlinksAreResolvedInsideTheRoot() throws Exception {
        MergedView view = MergedView.of(List.of(layer(
                directory("usr"),
                directory("usr/lib"),
                symlink("lib", "usr/lib"),
                symlink("abs", "/usr/./lib//"),
                symlink("usr/up", "../../../lib"),
                symlink("usr/lib/x", "../up/y"))));
        assertThat(resolve(view, "lib/a", true)).isEqualTo("usr/lib/a");
        assertThat(resolve(view, "abs/a/b", true)).isEqualTo("usr/lib/a/b");
        assertThat(resolve(view, "usr/up", true)).isEqualTo("usr/lib");
        assertThat(resolve(view, "usr/up", false)).isEqualTo("usr/up");
        assertThat(resolve(view, "usr/up/x", true)).isEqualTo("usr/lib/y");
        assertThat(resolve(view, "../../lib/../a", true)).isEqualTo("usr/a");
        assertThat(resolve(view, "absent/../lib", false)).isEqualTo("lib");
        assertThat(resolve(view, "", true)).isEqualTo(".");
    }

    @Test
    void aLoopIsTheUsersError() {
        MergedView view = MergedView.of(List.of(layer(symlink("a", "b"), symlink("b", "a"))));
        assertThatThrownBy(() -> view.resolve(RawPath.of("a/f"), false))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("too many symbolic links on the way to a/f");
    }

    private static String resolve(MergedView view, String path, boolean followLast) throws UserError {
        return view.resolve(RawPath.of(path), followLast).toString();
    }

    /** Against a model that applies one layer after the other to a plain map. */
    @Property(tries = 300)
    void agreesWithApplyingTheLayersInTurn(@ForAll long seed) {
        Random random = new Random(seed);
        List<LayerIndex> layers = new ArrayList<>();
        Map<RawPath, LayerEntry> model = new TreeMap<>();
        for (int i = 0; i < 4; i++) {
            LayerIndex layer = randomLayer(random);
            layers.add(layer);
            apply(layer, model);
        }
        MergedView view = MergedView.of(layers);
        assertThat(view.beneath(RawPath.ROOT))
                .extracting(MergedView.Found::entry)
                .containsExactlyElementsOf(model.values());
        for (LayerIndex layer : layers) {
            for (LayerEntry entry : layer.entries()) {
                assertThat(view.find(entry.path()).map(MergedView.Found::entry).orElse(null))
                        .isEqualTo(model.get(entry.path()));
            }
        }
    }

    private static void apply(LayerIndex layer, Map<RawPath, LayerEntry> model) {
        for (LayerEntry entry : layer.entries()) {
            LayerEntry old = model.get(entry.path());
            if (entry.opaque() || !entry.isDirectory() || (old != null && !old.isDirectory())) {
                model.keySet().removeIf(path -> path.startsWith(entry.path()));
            }
            if (entry.type() == dev.jbuild.layer.EntryType.WHITEOUT) {
                model.remove(entry.path());
            } else {
                model.put(entry.path(), entry);
            }
        }
    }

    private static LayerIndex randomLayer(Random random) {
        Map<RawPath, LayerEntry> entries = new HashMap<>();
        fill("", 3, random, entries);
        return LayerIndex.of(entries.values());
    }

    private static void fill(String prefix, int depth, Random random, Map<RawPath, LayerEntry> entries) {
        for (String name : List.of("a", "a-", "b")) {
            String path = prefix + name;
            int choice = random.nextInt(7);
            LayerEntry entry = switch (choice) {
                case 0 -> file(path, "" + random.nextInt(3));
                case 1 -> whiteout(path);
                case 2 -> opaque(path);
                case 3, 4 -> directory(path);
                default -> null;
            };
            if (entry != null) {
                entries.put(entry.path(), entry);
                if (entry.isDirectory() && depth > 1) {
                    fill(path + "/", depth - 1, random, entries);
                }
            }
        }
    }
}
