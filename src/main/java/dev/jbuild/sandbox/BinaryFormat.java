package dev.jbuild.sandbox;

import java.util.HexFormat;
import java.util.Optional;

/**
 * An entry of binfmt_misc that goes by the first bytes of a file.
 *
 * @param openedAtOnce the flag F
 * @param magic what the file must hold at {@code offset}, in hexadecimal digits
 * @param mask which of these bits count; all of them where it is shorter
 */
record BinaryFormat(boolean enabled, boolean openedAtOnce, int offset, String magic, String mask) {
    /** Reads an entry; one that goes by the name of a file is none. */
    static Optional<BinaryFormat> parse(String text) {
        boolean enabled = false;
        boolean openedAtOnce = false;
        int offset = 0;
        String magic = "";
        String mask = "";
        for (String line : text.split("\n", -1)) {
            if (line.equals("enabled")) {
                enabled = true;
            } else if (line.startsWith("flags:")) {
                openedAtOnce = line.contains("F");
            } else if (line.matches("offset [0-9]{1,4}")) {
                offset = Integer.parseInt(line.substring("offset ".length()));
            } else if (line.matches("magic ([0-9a-f]{2})+")) {
                magic = line.substring("magic ".length());
            } else if (line.matches("mask ([0-9a-f]{2})+")) {
                mask = line.substring("mask ".length());
            }
        }
        return magic.isEmpty()
                ? Optional.empty()
                : Optional.of(new BinaryFormat(enabled, openedAtOnce, offset, magic, mask));
    }

    /** Whether a file that begins so is for this emulator. */
    boolean matches(byte[] start) {
        byte[] wanted = HexFormat.of().parseHex(magic);
        byte[] bits = HexFormat.of().parseHex(mask);
        if (offset + wanted.length > start.length) {
            return false;
        }
        for (int i = 0; i < wanted.length; i++) {
            int significant = i < bits.length ? bits[i] : 0xff;
            if (((start[offset + i] ^ wanted[i]) & significant) != 0) {
                return false;
            }
        }
        return true;
    }
}
