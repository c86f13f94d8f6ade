package dev.jbuild.fs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jbuild.problem.BuildCancelled;
import dev.jbuild.progress.Cancellation;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import org.junit.jupiter.api.Test;

class CancellableInputTest {
    private final Cancellation cancellation = new Cancellation();
    private int passed;

    private CancellableInput of(int... bytes) {
        byte[] content = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            content[i] = (byte) bytes[i];
        }
        return new CancellableInput(new ByteArrayInputStream(content), cancellation) {
            @Override
            protected int readSome(byte[] buffer, int offset, int length) throws IOException {
                int read = in.read(buffer, offset, length);
                passed += Math.max(0, read);
                return read;
            }
        };
    }

    @Test
    void whateverIsReadOrSkippedPassesByOneMethod() throws IOException {
        CancellableInput input = of(255, 1, 2, 3, 4);

        assertThat(input.read()).isEqualTo(255);
        assertThat(input.skip(2)).isEqualTo(2);
        assertThat(input.skip(0)).isZero();
        assertThat(input.readAllBytes()).containsExactly(3, 4);
        assertThat(input.read()).isEqualTo(-1);
        assertThat(input.skip(1)).isZero();
        assertThat(input.markSupported()).isFalse();
        assertThat(passed).isEqualTo(5);
    }

    @Test
    void breaksWhenTheWorkIsCancelled() {
        CancellableInput input = of(1);
        cancellation.cancel();

        assertThatThrownBy(input::read)
                .isInstanceOf(InterruptedIOException.class)
                .hasCauseInstanceOf(BuildCancelled.class);
        assertThat(passed).isZero();
    }
}
