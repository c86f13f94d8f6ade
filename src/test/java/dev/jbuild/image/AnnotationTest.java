package dev.jbuild.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jbuild.image.Annotation.Place;
import dev.jbuild.oci.Platform;
import dev.jbuild.problem.UsageError;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AnnotationTest {
    private static final Platform AMD64 = new Platform("linux", "amd64");
    private static final Platform ARM64 = new Platform("linux", "arm64");

    @Test
    void attributesOfOutputs() {
        assertThat(Annotation.ofAttribute("annotation.a.b", "c=d"))
                .isEqualTo(new Annotation(Place.MANIFEST, Optional.empty(), "a.b", "c=d"));
        assertThat(Annotation.ofAttribute("annotation-index-descriptor.k", ""))
                .isEqualTo(new Annotation(Place.INDEX_DESCRIPTOR, Optional.empty(), "k", ""));
        assertThat(Annotation.ofAttribute("annotation-manifest[linux/arm64].k", "v"))
                .isEqualTo(new Annotation(Place.MANIFEST, Optional.of(ARM64), "k", "v"));
        assertThat(Annotation.ofAttribute("annotation[linux/amd64].k", "v").platform())
                .contains(AMD64);
        assertThat(Annotation.isAttribute("annotations.k")).isFalse();
        assertThatThrownBy(() -> Annotation.ofAttribute("annotation-layer.k", "v"))
                .hasMessageContaining("unknown annotation type \"layer\"");
    }

    @Test
    void valuesOfTheFlag() {
        assertThat(Annotation.attributes("org.x/y=http://a:80"))
                .isEqualTo(Map.of("annotation-manifest.org.x/y", "http://a:80"));
        assertThat(Annotation.attributes("index,manifest[linux/amd64]:k=v"))
                .isEqualTo(Map.of("annotation-index.k", "v", "annotation-manifest[linux/amd64].k", "v"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"novalue", "=v", "layer:k=v", "manifest[linux/a/b/c]:k=v", "Index:k=v", "index:=v"})
    void badValuesOfTheFlag(String text) {
        assertThatThrownBy(() -> Annotation.attributes(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void thoseForOnePlatformWin() {
        Annotations annotations = new Annotations(List.of(
                new Annotation(Place.MANIFEST, Optional.of(ARM64), "k", "arm"),
                new Annotation(Place.MANIFEST, Optional.empty(), "k", "all"),
                new Annotation(Place.INDEX, Optional.empty(), "i", "1")));
        assertThat(annotations.of(Place.MANIFEST, ARM64)).isEqualTo(Map.of("k", "arm"));
        assertThat(annotations.of(Place.MANIFEST, AMD64)).isEqualTo(Map.of("k", "all"));
        assertThat(annotations.of(Place.INDEX)).isEqualTo(Map.of("i", "1"));
    }

    @Test
    void whatTheResultHasNoPlaceForIsRefused() throws UsageError {
        Annotations index = new Annotations(List.of(new Annotation(Place.INDEX, Optional.empty(), "k", "v")));
        index.check(List.of(AMD64), true);
        assertThatThrownBy(() -> index.check(List.of(AMD64), false)).isInstanceOf(UsageError.class);
        Annotations arm = new Annotations(List.of(new Annotation(Place.MANIFEST, Optional.of(ARM64), "k", "v")));
        arm.check(List.of(AMD64, ARM64), true);
        assertThatThrownBy(() -> arm.check(List.of(AMD64), false))
                .isInstanceOf(UsageError.class)
                .hasMessageContaining("linux/arm64");
    }
}
