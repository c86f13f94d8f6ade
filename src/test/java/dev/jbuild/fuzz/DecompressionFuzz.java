package dev.jbuild.fuzz;

import dev.jbuild.layer.Compression;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;

/** Decompresses whatever it is given, by what its first bytes say that it is. */
public final class DecompressionFuzz {
    private DecompressionFuzz() {}

    public static void fuzzerTestOneInput(byte[] input) {
        Budget.hold(input, () -> read(input));
    }

    private static void read(byte[] input) {
        try (InputStream plain = Compression.decompress(new ByteArrayInputStream(input))) {
            plain.transferTo(new Limited());
        } catch (IOException promised) {
            // What is wrong with it is said so.
        }
    }
}
