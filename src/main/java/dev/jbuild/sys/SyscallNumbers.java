package dev.jbuild.sys;

import jnr.ffi.Platform;

/** The numbers of the calls that are made without a wrapper, by architecture. */
enum SyscallNumbers {
    X86_64(437, 259, 332, 217, 316, 326),
    AARCH64(437, 33, 291, 61, 276, 285);

    final int openat2;
    final int mknodat;
    final int statx;
    final int getdents64;
    final int renameat2;
    final int copyFileRange;

    SyscallNumbers(int openat2, int mknodat, int statx, int getdents64, int renameat2, int copyFileRange) {
        this.openat2 = openat2;
        this.mknodat = mknodat;
        this.statx = statx;
        this.getdents64 = getdents64;
        this.renameat2 = renameat2;
        this.copyFileRange = copyFileRange;
    }

    static SyscallNumbers ofThisMachine() {
        Platform.CPU cpu = Platform.getNativePlatform().getCPU();
        return switch (cpu) {
            case X86_64 -> X86_64;
            case AARCH64 -> AARCH64;
            default -> throw new UnsupportedOperationException("jbuild knows x86-64 and aarch64, not " + cpu);
        };
    }
}
