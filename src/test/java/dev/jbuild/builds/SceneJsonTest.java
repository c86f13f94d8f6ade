package dev.jbuild.builds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jbuild.oci.DiffId;
import dev.jbuild.oci.Digest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class SceneJsonTest {
    private static StepScene read(String json) throws IOException {
        return SceneJson.read(json.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void whatIsWrittenIsRead() throws IOException {
        StepScene scene = new StepScene(
                List.of(
                        new SceneMount.Files("/a", List.of(new DiffId(Digest.sha256(new byte[0]))), "/x", true),
                        new SceneMount.Files("/b", List.of(), "/", false),
                        new SceneMount.Host("/c", Path.of("/store/c"), false),
                        new SceneMount.Memory("/d", OptionalLong.of(1 << 20), false),
                        new SceneMount.Memory("/e", OptionalLong.empty(), true),
                        new SceneMount.Text("/f", "#!/bin/sh\n", 0755),
                        new SceneMount.Unkept("/g", "the secret g")),
                List.of("10.0.0.1\tthere"),
                "0123456789ab");

        assertThat(SceneJson.read(SceneJson.write(scene))).isEqualTo(scene);
        assertThat(SceneJson.read(SceneJson.write(StepScene.EMPTY))).isEqualTo(StepScene.EMPTY);
    }

    @Test
    void whatIsDamagedOrNotKnownIsRefused() {
        assertThatThrownBy(() -> read("{\"mounts\":[{\"target\":\"/a\",\"layers\":[\"x\"]}]}"))
                .isInstanceOf(IOException.class);
        assertThatThrownBy(() -> read("{\"mounts\":[{\"target\":\"/a\",\"later\":1}]}"))
                .isInstanceOf(IOException.class)
                .hasMessage("the mount at /a is of a kind that isn't known");
        assertThatThrownBy(() -> read("{\"mounts\":[")).isInstanceOf(IOException.class);
    }
}
