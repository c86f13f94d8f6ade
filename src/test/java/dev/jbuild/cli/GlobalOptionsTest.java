package dev.jbuild.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class GlobalOptionsTest {
    @Test
    void thoseWithAValueAreKnown() {
        assertThat(new CommandLine(new GlobalOptions())
                        .getCommandSpec().options().stream()
                                .filter(option -> option.arity().max() > 0)
                                .flatMap(option -> Arrays.stream(option.names())))
                .containsExactlyInAnyOrderElementsOf(GlobalOptions.WITH_VALUE);
    }
}
