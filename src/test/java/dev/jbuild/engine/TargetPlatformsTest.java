package dev.jbuild.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jbuild.graph.BuildfileOverrides;
import dev.jbuild.graph.policy.SourcePolicy;
import dev.jbuild.image.Finish;
import dev.jbuild.oci.Platform;
import dev.jbuild.problem.UsageError;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TargetPlatformsTest {
    private static final Platform AMD64 = new Platform("linux", "amd64");
    private static final Platform ARM64 = new Platform("linux", "arm64");

    private static TargetPlatforms of(Map<String, String> args, Platform... platforms) throws UsageError {
        return TargetPlatforms.of(new BuildRequest(
                new BuildfileSource.InContext(Optional.empty()),
                new ContextSource.Directory(Path.of("/")),
                Optional.empty(),
                List.of(),
                Optional.empty(),
                args,
                Map.of(),
                List.of(platforms),
                AMD64,
                Finish.NONE,
                Map.of(),
                ContextSettings.DEFAULT,
                List.of(),
                false,
                Set.of(),
                new CacheSettings(List.of(), List.of(), false, Optional.empty(), false),
                false,
                0,
                "default",
                List.of(),
                Map.of(),
                StepSettings.DEFAULT,
                SourcePolicy.NONE,
                BuildfileOverrides.NONE,
                false,
                OutputStream.nullOutputStream()));
    }

    @Test
    void severalPlatformsMakeAnIndex() throws UsageError {
        assertThat(of(Map.of())).isEqualTo(new TargetPlatforms(List.of(), false));
        assertThat(of(Map.of(), ARM64)).isEqualTo(new TargetPlatforms(List.of(ARM64), false));
        assertThat(of(Map.of(), ARM64, AMD64)).isEqualTo(new TargetPlatforms(List.of(ARM64, AMD64), true));
        assertThat(of(Map.of(), ARM64, ARM64)).isEqualTo(new TargetPlatforms(List.of(ARM64), true));
    }

    @Test
    void anArgumentAsksForAnIndexOfOne() throws UsageError {
        assertThat(of(Map.of("BUILDKIT_MULTI_PLATFORM", "1"), ARM64).index()).isTrue();
        assertThat(of(Map.of("BUILDKIT_MULTI_PLATFORM", "false")).index()).isFalse();
        assertThatThrownBy(() -> of(Map.of("BUILDKIT_MULTI_PLATFORM", "0"), ARM64, AMD64))
                .isInstanceOf(UsageError.class)
                .hasMessageContaining("several platforms");
        assertThatThrownBy(() -> of(Map.of("BUILDKIT_MULTI_PLATFORM", "maybe")))
                .isInstanceOf(UsageError.class)
                .hasMessageContaining("maybe");
    }
}
