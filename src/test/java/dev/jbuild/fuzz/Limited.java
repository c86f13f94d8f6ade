package dev.jbuild.fuzz;

import java.io.IOException;
import java.io.OutputStream;

/** Takes a limited number of bytes, for a few bytes can stand for as many as one likes. */
final class Limited extends OutputStream {
    private static final int MOST = 1 << 20;

    private long taken;

    @Override
    public void write(int b) throws IOException {
        take(1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        take(length);
    }

    private void take(int length) throws IOException {
        taken += length;
        if (taken > MOST) {
            throw new IOException("enough");
        }
    }
}
