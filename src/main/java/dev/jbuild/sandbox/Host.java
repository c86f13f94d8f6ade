package dev.jbuild.sandbox;

import java.io.DataInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What of this machine decides how a sandbox is made.
 *
 * @param classicOverlay whether overlays are mounted as kernels before 6.7 must
 * @param machine the processor, by its number in the header of ELF files ({@code e_machine})
 */
record Host(boolean classicOverlay, int machine) {
    private static final int MACHINE_AT = 18;

    /** As the native program was compiled for it. */
    static Host of(Path program, boolean classicOverlay) throws IOException {
        try (DataInputStream elf = new DataInputStream(Files.newInputStream(program))) {
            elf.skipNBytes(MACHINE_AT);
            int low = elf.readUnsignedByte();
            return new Host(classicOverlay, elf.readUnsignedByte() << 8 | low);
        }
    }
}
