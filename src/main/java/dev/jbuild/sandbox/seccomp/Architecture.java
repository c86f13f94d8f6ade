package dev.jbuild.sandbox.seccomp;

import java.util.List;

/** A way to call the kernel. A processor may know several, each with its own numbers of the calls. */
enum Architecture {
    X86_64(0xc000003e, "X86_64"),
    I386(0x40000003, "X86"),
    AARCH64(0xc00000b7, "AARCH64");

    private final int auditNumber;
    private final String seccompName;

    Architecture(int auditNumber, String seccompName) {
        this.auditNumber = auditNumber;
        this.seccompName = seccompName;
    }

    /** As libseccomp calls it. */
    String seccompName() {
        return seccompName;
    }

    /** The kernel's {@code AUDIT_ARCH_…} of it ({@code linux/audit.h}). */
    int auditNumber() {
        return auditNumber;
    }

    /**
     * The ways of a processor, its own first.
     *
     * @param machine its number in the header of ELF files ({@code e_machine}, {@code linux/elf-em.h})
     * @return nothing for one that isn't known here
     */
    static List<Architecture> of(int machine) {
        return switch (machine) {
            case 62 -> List.of(X86_64, I386);
            case 183 -> List.of(AARCH64);
            default -> List.of();
        };
    }
}
