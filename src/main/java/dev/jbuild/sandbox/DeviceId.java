package dev.jbuild.sandbox;

import dev.jbuild.sys.Stat;

/**
 * Which device a node stands for.
 *
 * @param major 0 for a pipe, as {@code minor} is
 */
public record DeviceId(Kind kind, int major, int minor) {
    /** What a node can be. */
    public enum Kind {
        CHARACTER("c", Stat.CHARACTER_DEVICE),
        BLOCK("b", Stat.BLOCK_DEVICE),
        /** No device, but made as one is. */
        PIPE("p", Stat.FIFO);

        private final String letter;
        private final int bits;

        Kind(String letter, int bits) {
            this.letter = letter;
            this.bits = bits;
        }

        /** As {@code ls -l} and mknod(1) spell it. */
        public String letter() {
            return letter;
        }

        /** Of {@code st_mode}. */
        public int bits() {
            return bits;
        }
    }

    /** With the numbers as makedev(3) packs them. */
    static DeviceId of(Kind kind, long packed) {
        return kind == Kind.PIPE ? new DeviceId(kind, 0, 0) : new DeviceId(kind, major(packed), minor(packed));
    }

    static int major(long packed) {
        return (int) (((packed >>> 8) & 0xfff) | ((packed >>> 32) & ~0xfffL));
    }

    static int minor(long packed) {
        return (int) ((packed & 0xff) | ((packed >>> 12) & ~0xffL & 0xffff_ffffL));
    }

    /** Whether the control group of a container says who may use it. */
    boolean isFiltered() {
        return kind != Kind.PIPE;
    }
}
