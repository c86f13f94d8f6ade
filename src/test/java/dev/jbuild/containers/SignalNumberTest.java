package dev.jbuild.containers;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SignalNumberTest {
    @Test
    void namesAreTakenAsTheShellTakesThem() {
        assertThat(SignalNumber.of("SIGTERM")).hasValue(15);
        assertThat(SignalNumber.of("usr2")).hasValue(12);
        assertThat(SignalNumber.of("SYS")).hasValue(31);
        assertThat(SignalNumber.of("SIGRTMIN+3")).hasValue(37);
        assertThat(SignalNumber.of("RTMAX-1")).hasValue(63);
        assertThat(SignalNumber.of("9")).hasValue(9);
    }

    @Test
    void othersAreNone() {
        assertThat(SignalNumber.of("0")).isEmpty();
        assertThat(SignalNumber.of("65")).isEmpty();
        assertThat(SignalNumber.of("SIGNAL")).isEmpty();
        assertThat(SignalNumber.of("")).isEmpty();
    }
}
