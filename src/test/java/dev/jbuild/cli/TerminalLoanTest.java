package dev.jbuild.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jbuild.progress.BuildEvent;
import dev.jbuild.progress.Cancellation;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TerminalLoanTest {
    private final List<String> happened = new ArrayList<>();
    private final Cancellation cancellation = new Cancellation();
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final TerminalLoan loan =
            new TerminalLoan(new PrintStream(bytes, true, StandardCharsets.UTF_8), cancellation);

    private final ProgressView view = new ProgressView() {
        @Override
        public void accept(BuildEvent event) {}

        @Override
        public void hold() {
            happened.add("hold");
        }

        @Override
        public void release() {
            happened.add("release");
        }

        @Override
        public void close() {}
    };

    @Test
    void progressHoldsStillWhileTheFirstHasTheTerminal() throws Exception {
        loan.attach(view);
        loan.lend("it failed", () -> happened.add("shell"));
        loan.lend("another failed", () -> happened.add("second shell"));

        assertThat(happened).containsExactly("hold", "shell", "release");
        assertThat(bytes.toString(StandardCharsets.UTF_8)).isEqualTo("\nit failed\n");
    }

    @Test
    void aBuildThatWasCancelledLendsNothing() throws Exception {
        cancellation.cancel();
        loan.lend("it failed", () -> happened.add("shell"));

        assertThat(happened).isEmpty();
    }
}
