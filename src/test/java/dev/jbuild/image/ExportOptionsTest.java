package dev.jbuild.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jbuild.layer.Compression;
import dev.jbuild.oci.ImageReference;
import dev.jbuild.problem.UsageError;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ExportOptionsTest {
    @Test
    void readsAllAttributes() throws Exception {
        ExportOptions options = ExportOptions.parse(
                "oci", Map.of("dest", "out.tar", "compression", "zstd", "compression-level", "3", "name", "a:1,b"));
        assertThat(options.destination()).contains(Path.of("out.tar"));
        assertThat(options.compression()).contains(Compression.ZSTD);
        assertThat(options.names()).extracting(ImageReference::familiar).containsExactly("a:1", "b:latest");
        assertThat(options.tar()).isTrue();
    }

    @Test
    void registryPushes() throws Exception {
        assertThat(ExportOptions.parse("registry", Map.of()).push()).isTrue();
        assertThat(ExportOptions.parse("image", Map.of("push", "true")).push()).isTrue();
        assertThat(ExportOptions.parse("image", Map.of()).push()).isFalse();
    }

    @Test
    void aFlagThatIsOnlyNamedIsSet() throws Exception {
        assertThat(ExportOptions.parse("image", Map.of("push", "")).push()).isTrue();
        assertThat(ExportOptions.parse("image", Map.of("rewrite-timestamp", ""))
                        .form()
                        .rewriteTimestamp())
                .isTrue();
    }

    @Test
    void refusesWhatDoesNotGoTogether() throws Exception {
        assertThatThrownBy(() -> ExportOptions.parse("image", Map.of("unpack", "true", "rewrite-timestamp", "true")))
                .hasMessageContaining("conflicts");
        assertThatThrownBy(() ->
                        ExportOptions.parse("image", Map.of("annotation-index.a", "b", "oci-mediatypes", "false")))
                .hasMessageContaining("conflict");
        assertThatThrownBy(() -> ExportOptions.parse("image", Map.of("source-date-epoch", "today")))
                .hasMessageContaining("today");
        assertThatThrownBy(() -> ExportOptions.parse("image", Map.of("compression", "estargz")))
                .hasMessageContaining("not supported yet");
        ExportOptions docker = ExportOptions.parse("docker", Map.of("dest", "x"));
        docker.check(List.of(), false);
        assertThatThrownBy(() -> docker.check(List.of(), true)).hasMessageContaining("one image");
    }

    @Test
    void refusesWhatItCannotMean() {
        assertThatThrownBy(() -> ExportOptions.parse("zip", Map.of())).isInstanceOf(UsageError.class);
        assertThatThrownBy(() -> ExportOptions.parse("oci", Map.of())).hasMessageContaining("needs a dest=");
        assertThatThrownBy(() -> ExportOptions.parse("oci", Map.of("dest", "x", "tarr", "1")))
                .hasMessageContaining("tarr");
        assertThatThrownBy(() -> ExportOptions.parse("local", Map.of("dest", "-")))
                .hasMessageContaining("directory");
        assertThatThrownBy(() -> ExportOptions.parse("oci", Map.of("dest", "x", "compression", "lz4")))
                .hasMessageContaining("lz4");
    }
}
