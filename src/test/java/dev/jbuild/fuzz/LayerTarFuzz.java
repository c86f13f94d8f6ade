package dev.jbuild.fuzz;

import dev.jbuild.layer.LayerTarReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;

/** Reads whatever it is given as the tar of a layer, once as it is and once with checksums that say that all is well. */
public final class LayerTarFuzz {
    private static final int BLOCK = 512;
    private static final int CHECKSUM_AT = 148;
    private static final int CHECKSUM_LENGTH = 8;

    private LayerTarFuzz() {}

    public static void fuzzerTestOneInput(byte[] input) {
        Budget.hold(input, () -> {
            read(input);
            read(withChecksums(input));
        });
    }

    private static void read(byte[] tar) {
        try (LayerTarReader reader = new LayerTarReader(new ByteArrayInputStream(tar))) {
            while (reader.next().isPresent()) {
                OutputStream content = new Limited();
                reader.content().transferTo(content);
            }
        } catch (IOException promised) {
            // What is wrong with a tar is said so.
        }
    }

    /** What looks as if it were a header gets its checksum. */
    private static byte[] withChecksums(byte[] input) {
        byte[] tar = input.clone();
        for (int at = 0; at + BLOCK <= tar.length; at += BLOCK) {
            if (tar[at] == 0 || tar[at + CHECKSUM_AT + CHECKSUM_LENGTH - 1] != ' ') {
                continue;
            }
            int sum = CHECKSUM_LENGTH * ' ';
            for (int i = 0; i < BLOCK; i++) {
                boolean counted = i < CHECKSUM_AT || i >= CHECKSUM_AT + CHECKSUM_LENGTH;
                sum += counted ? tar[at + i] & 0xff : 0;
            }
            String digits = Integer.toOctalString(sum);
            for (int i = 0; i < CHECKSUM_LENGTH - 2; i++) {
                int digit = i - (CHECKSUM_LENGTH - 2 - digits.length());
                tar[at + CHECKSUM_AT + i] = (byte) (digit < 0 ? '0' : digits.charAt(digit));
            }
            tar[at + CHECKSUM_AT + CHECKSUM_LENGTH - 2] = 0;
        }
        return tar;
    }
}
