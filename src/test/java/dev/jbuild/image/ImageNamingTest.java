package dev.jbuild.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jbuild.oci.Digest;
import dev.jbuild.oci.ImageReference;
import dev.jbuild.problem.UsageError;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ImageNamingTest {
    private static final Digest IMAGE = Digest.sha256(new byte[0]);
    private static final String AT = "@" + IMAGE;

    private static List<String> names(Map<String, String> attributes, String... tags) throws UsageError {
        List<ImageReference> others =
                List.of(tags).stream().map(ImageReference::parse).toList();
        return ExportOptions.parse("image", attributes).naming().names(others, IMAGE).stream()
                .map(ImageReference::toString)
                .toList();
    }

    @Test
    void namesOfTheOutputComeFirst() throws UsageError {
        assertThat(names(Map.of(), "a")).containsExactly("docker.io/library/a:latest");
        assertThat(names(Map.of("name", "r.example/b:1"), "a")).containsExactly("r.example/b:1");
    }

    @Test
    void canonicalNamesHaveTheDigest() throws UsageError {
        assertThat(names(Map.of("name-canonical", "true"), "r.example/b:1"))
                .containsExactly("r.example/b:1", "r.example/b" + AT);
    }

    @Test
    void danglingNames() throws UsageError {
        assertThat(names(Map.of("dangling-name-prefix", "r.example/d"))).containsExactly("r.example/d" + AT);
        assertThat(names(Map.of("dangling-name-prefix", "r.example/d"), "r.example/b:1"))
                .containsExactly("r.example/b:1", "r.example/d" + AT);
        assertThat(names(
                        Map.of("dangling-name-prefix", "r.example/d", "danging-name-empty-only", "true"),
                        "r.example/b:1"))
                .containsExactly("r.example/b:1");
    }
}
