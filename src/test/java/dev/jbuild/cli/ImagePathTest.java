package dev.jbuild.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jbuild.problem.UsageError;
import dev.jbuild.sys.RawPath;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ImagePathTest {
    @ParameterizedTest
    @CsvSource({
        "busybox,busybox,",
        "busybox:1,busybox:1,",
        "busybox:1:/etc/passwd,busybox:1,etc/passwd",
        "localhost:5000/a/b:1:/x y,localhost:5000/a/b:1,x y",
        "busybox@0:/etc,busybox@0,etc",
        "./image.tar:/etc:/odd,./image.tar,etc:/odd",
        "oci:/dir:tag:/etc,oci:/dir:tag,etc",
        "oci-layout:///dir:/etc,oci-layout:///dir,etc",
        "docker-archive:x.tar:a/b:1:/,docker-archive:x.tar:a/b:1,.",
        "docker://alpine:/etc,docker://alpine,etc",
        "docker://alpine,docker://alpine,",
    })
    void isSplitAtTheFirstColonWithASlash(String text, String image, String path) throws Exception {
        ImagePath parsed = ImagePath.parse(text);
        assertThat(parsed.image()).isEqualTo(image);
        assertThat(parsed.path().map(RawPath::toString).orElse(null)).isEqualTo(path);
    }

    @Test
    void noImageIsRefused() {
        assertThatThrownBy(() -> ImagePath.parse(":/etc")).isInstanceOf(UsageError.class);
        assertThatThrownBy(() -> ImagePath.parse("")).isInstanceOf(UsageError.class);
    }
}
