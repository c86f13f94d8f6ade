package dev.jbuild.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jbuild.problem.EnvironmentError;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What processes are given by the native program. */
class NativeSandboxTest extends SandboxContract {
    @Override
    String runtime() {
        return "";
    }

    @Test
    void missingNativeProgramIsExplained() {
        Sandbox sandbox = new NativeSandbox(base.resolve("absent"), container.scratch(), "", Optional.empty());
        assertThatThrownBy(
                        () -> sandbox.run(container.spec(List.of("true")), new IgnoredOutput(), container.cancellation))
                .isInstanceOf(EnvironmentError.class)
                .hasMessageContaining("absent is missing or not executable");
    }

    @Test
    void probeFindsThatItWorks() {
        assertThat(new SandboxProbe(TestContainer.program(), container.scratch(), "", Optional.empty())
                        .trial()
                        .problem())
                .isEmpty();
        assertThat(new SandboxProbe(base.resolve("absent"), container.scratch(), "", Optional.empty())
                        .trial()
                        .problem())
                .isPresent();
    }
}
