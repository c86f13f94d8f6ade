package dev.jbuild.sys;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

/** An open file descriptor, closed on exec. Closing twice is harmless. Not for use by many threads. */
public final class Fd implements AutoCloseable {
    private int number;

    Fd(int number) {
        this.number = number;
    }

    /** The number of the descriptor, for as long as it is open. */
    public int number() {
        if (number < 0) {
            throw new IllegalStateException("the descriptor is closed");
        }
        return number;
    }

    /** What this descriptor is called below {@code /proc}; leads to the very file, whatever its name is now. */
    public String procPath() {
        return "/proc/self/fd/" + number();
    }

    /** Reads from the descriptor's own position; closing the stream leaves the descriptor open. */
    public InputStream input() {
        return new InputStream() {
            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
            }

            @Override
            public int read(byte[] into, int offset, int length) throws IOException {
                Objects.checkFromIndexSize(offset, length, into.length);
                if (length == 0) {
                    return 0;
                }
                int read = Linux.read(Fd.this, into, offset, length);
                return read == 0 ? -1 : read;
            }
        };
    }

    /** Writes at the descriptor's own position; closing the stream leaves the descriptor open. */
    public OutputStream output() {
        return new OutputStream() {
            @Override
            public void write(int one) throws IOException {
                write(new byte[] {(byte) one}, 0, 1);
            }

            @Override
            public void write(byte[] from, int offset, int length) throws IOException {
                Linux.writeFully(Fd.this, from, offset, length);
            }
        };
    }

    @Override
    public void close() {
        if (number >= 0) {
            Linux.close(number);
            number = -1;
        }
    }

    /** What is open, for messages. */
    @Override
    public String toString() {
        try {
            return String.valueOf(Files.readSymbolicLink(Path.of("/proc/self/fd/" + number)));
        } catch (IOException e) {
            return "fd " + number;
        }
    }
}
