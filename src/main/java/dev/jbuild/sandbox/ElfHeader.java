package dev.jbuild.sandbox;

import java.util.Optional;

/** How a program for a processor begins (elf.h). */
record ElfHeader(int machine, boolean wide, boolean bigEndian) {
    private static final int LENGTH = 20;

    /** The first bytes of programs for an architecture, if it is one that Linux runs on. */
    static Optional<byte[]> of(String architecture) {
        Optional<ElfHeader> header = switch (architecture) {
            case "386" -> Optional.of(new ElfHeader(3, false, false));
            case "amd64" -> Optional.of(new ElfHeader(62, true, false));
            case "arm" -> Optional.of(new ElfHeader(40, false, false));
            case "arm64" -> Optional.of(new ElfHeader(183, true, false));
            case "loong64" -> Optional.of(new ElfHeader(258, true, false));
            case "mips" -> Optional.of(new ElfHeader(8, false, true));
            case "mipsle" -> Optional.of(new ElfHeader(8, false, false));
            case "mips64" -> Optional.of(new ElfHeader(8, true, true));
            case "mips64le" -> Optional.of(new ElfHeader(8, true, false));
            case "ppc64" -> Optional.of(new ElfHeader(21, true, true));
            case "ppc64le" -> Optional.of(new ElfHeader(21, true, false));
            case "riscv64" -> Optional.of(new ElfHeader(243, true, false));
            case "s390x" -> Optional.of(new ElfHeader(22, true, true));
            default -> Optional.empty();
        };
        return header.map(ElfHeader::bytes);
    }

    private byte[] bytes() {
        byte[] bytes = new byte[LENGTH];
        bytes[0] = 0x7f;
        bytes[1] = 'E';
        bytes[2] = 'L';
        bytes[3] = 'F';
        bytes[4] = (byte) (wide ? 2 : 1);
        bytes[5] = (byte) (bigEndian ? 2 : 1);
        bytes[6] = 1;
        // An executable at a fixed address; masks let those that can be moved through too.
        bytes[bigEndian ? 17 : 16] = 2;
        bytes[bigEndian ? 18 : 19] = (byte) (machine >> 8);
        bytes[bigEndian ? 19 : 18] = (byte) machine;
        return bytes;
    }
}
