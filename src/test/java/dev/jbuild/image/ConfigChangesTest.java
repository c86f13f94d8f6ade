package dev.jbuild.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jbuild.oci.ContainerConfig;
import dev.jbuild.problem.UsageError;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConfigChangesTest {
    @Test
    void appliesInstructions() throws Exception {
        ContainerConfig before =
                new ContainerConfig.Builder().env("A", "1").user("root").build();
        ContainerConfig after = ConfigChanges.apply(
                before,
                List.of("ENV A=2 B=\"x y\"", "USER app", "CMD [\"sh\", \"-c\", \"x\"]", "EXPOSE 80", "WORKDIR /srv"));
        assertThat(after.env()).containsExactly("A=2", "B=x y");
        assertThat(after.user()).isEqualTo("app");
        assertThat(after.cmd()).contains(List.of("sh", "-c", "x"));
        assertThat(after.exposedPorts()).containsExactly("80/tcp");
        assertThat(after.workingDir()).isEqualTo("/srv");
    }

    @Test
    void refusesOtherInstructions() {
        assertThatThrownBy(() -> ConfigChanges.apply(ContainerConfig.EMPTY, List.of("RUN x")))
                .isInstanceOf(UsageError.class);
        assertThatThrownBy(() -> ConfigChanges.apply(ContainerConfig.EMPTY, List.of("CMD a\nRUN b")))
                .isInstanceOf(UsageError.class);
    }
}
