package dev.jbuild.fuzz;

import dev.jbuild.layer.LayerIndexFile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;

/** Reads whatever it is given as the index of a layer, between the first bytes and the checksum that such a file has. */
public final class LayerIndexFuzz {
    private static final byte[] MAGIC = "jbuild layer 1\n".getBytes(StandardCharsets.US_ASCII);

    private LayerIndexFuzz() {}

    public static void fuzzerTestOneInput(byte[] input) throws IOException {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        file.write(MAGIC);
        file.write(input);
        CRC32C checksum = new CRC32C();
        checksum.update(file.toByteArray());
        file.write(ByteBuffer.allocate(Integer.BYTES)
                .putInt((int) checksum.getValue())
                .array());
        byte[] whole = file.toByteArray();
        Budget.hold(input, () -> read(whole));
    }

    private static void read(byte[] file) {
        try {
            LayerIndexFile.read(file, "index");
        } catch (IOException promised) {
            // What is wrong with an index is said so.
        }
    }
}
