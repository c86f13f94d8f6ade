package dev.jbuild.sys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class RawPathTest {
    @Test
    void slashesAndDotsAreTakenOut() {
        assertThat(RawPath.of("/a//b/./c/")).isEqualTo(RawPath.of("a/b/c"));
        assertThat(RawPath.of("./a")).isEqualTo(RawPath.of("a"));
        assertThat(RawPath.of("a/.")).isEqualTo(RawPath.of("a"));
        assertThat(RawPath.of("/")).isEqualTo(RawPath.ROOT);
        assertThat(RawPath.of(".")).isEqualTo(RawPath.ROOT);
        assertThat(RawPath.of(".a/..b/...")).hasToString(".a/..b/...");
    }

    @Test
    void dotDotIsKept() {
        assertThat(RawPath.of("a/../b").segments()).containsExactly(RawPath.of("a"), RawPath.of(".."), RawPath.of("b"));
    }

    @Test
    void bytesThatAreNotTextSurvive() {
        byte[] bytes = {'a', '/', (byte) 0xff, (byte) 0xfe};
        assertThat(RawPath.of(bytes).bytes()).isEqualTo(bytes);
        assertThat(RawPath.of(bytes).nulTerminated()).endsWith(0xff, 0xfe, 0);
        assertThat(RawPath.ROOT.nulTerminated()).containsExactly('.', 0);
    }

    @Test
    void aDirectoryStandsRightBeforeWhatIsBeneathIt() {
        List<RawPath> paths = new ArrayList<>(
                List.of(RawPath.of("a-b"), RawPath.of("a/b"), RawPath.of("a"), RawPath.of("a!"), RawPath.of("a/b/c")));
        paths.sort(null);
        assertThat(paths).extracting(RawPath::toString).containsExactly("a", "a/b", "a/b/c", "a!", "a-b");
    }

    @Test
    void onlyWholeSegmentsCountAsBeneath() {
        assertThat(RawPath.of("ab/c").startsWith(RawPath.of("a"))).isFalse();
        assertThat(RawPath.of("a/c").startsWith(RawPath.of("a"))).isTrue();
        assertThat(RawPath.of("a").startsWith(RawPath.of("a"))).isTrue();
        assertThat(RawPath.of("a").startsWith(RawPath.ROOT)).isTrue();
        assertThatThrownBy(() -> RawPath.of("ab").relativeTo(RawPath.of("a")))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void theRootIsItsOwnParent() {
        assertThat(RawPath.ROOT.parent()).isEqualTo(RawPath.ROOT);
        assertThat(RawPath.of("a").parent()).isEqualTo(RawPath.ROOT);
        assertThat(RawPath.of("a/b").parent()).isEqualTo(RawPath.of("a"));
        assertThat(RawPath.of("a/b").fileName()).isEqualTo(RawPath.of("b"));
    }

    @Property
    void normalisingTwiceChangesNothing(@ForAll("paths") RawPath path) {
        assertThat(RawPath.of(path.bytes())).isEqualTo(path);
    }

    @Property
    void segmentsMakeUpThePath(@ForAll("paths") RawPath path) {
        RawPath whole = RawPath.ROOT;
        for (RawPath segment : path.segments()) {
            whole = whole.resolve(segment);
        }
        assertThat(whole).isEqualTo(path);
    }

    @Property
    void theOrderIsThatOfSegmentLists(@ForAll("paths") RawPath one, @ForAll("paths") RawPath other) {
        assertThat(Integer.signum(one.compareTo(other))).isEqualTo(bySegments(one, other));
        assertThat(one.compareTo(other) == 0).isEqualTo(one.equals(other));
    }

    private static int bySegments(RawPath one, RawPath other) {
        List<RawPath> a = one.segments();
        List<RawPath> b = other.segments();
        for (int i = 0; i < Math.min(a.size(), b.size()); i++) {
            int order =
                    java.util.Arrays.compareUnsigned(a.get(i).bytes(), b.get(i).bytes());
            if (order != 0) {
                return Integer.signum(order);
            }
        }
        return Integer.compare(a.size(), b.size());
    }

    @Property
    void relativeToUndoesResolve(@ForAll("paths") RawPath one, @ForAll("paths") RawPath other) {
        assertThat(one.resolve(other).startsWith(one)).isTrue();
        assertThat(one.resolve(other).relativeTo(one)).isEqualTo(other);
    }

    @Property
    void parentAndFileNameMakeUpThePath(@ForAll("paths") RawPath path) {
        assertThat(path.parent().resolve(path.fileName())).isEqualTo(path);
    }

    @Provide
    Arbitrary<RawPath> paths() {
        return Arbitraries.of((byte) '/', (byte) '.', (byte) 'a', (byte) '!', (byte) 0xc3, (byte) 1, (byte) 0x80)
                .array(byte[].class)
                .ofMaxSize(9)
                .map(RawPath::of);
    }
}
