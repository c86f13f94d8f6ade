package dev.jbuild.sandbox.seccomp;

import java.util.List;

/**
 * A call that not every process may make. Numbers are those of the kernel's {@code unistd.h}; {@link #NONE} where an
 * architecture has no such call.
 *
 * @param capabilities any of these allows it; none: nobody may make it
 */
record RestrictedCall(String name, int x86, int i386, int aarch64, List<String> capabilities) {
    static final int NONE = -1;

    /** The newest call that was looked at, on all architectures. */
    static final int NEWEST = 469;

    RestrictedCall {
        capabilities = List.copyOf(capabilities);
    }

    private static RestrictedCall call(String name, int x86, int i386, int aarch64, String... capabilities) {
        return new RestrictedCall(name, x86, i386, aarch64, List.of(capabilities));
    }

    int number(Architecture architecture) {
        return switch (architecture) {
            case X86_64 -> x86;
            case I386 -> i386;
            case AARCH64 -> aarch64;
        };
    }

    /** All that are restricted whatever their arguments. */
    static final List<RestrictedCall> ALL = List.of(
            call("add_key", 248, 286, 217),
            call("request_key", 249, 287, 218),
            call("keyctl", 250, 288, 219),
            call("userfaultfd", 323, 374, 282),
            call("io_uring_setup", 425, 425, 425),
            call("io_uring_enter", 426, 426, 426),
            call("io_uring_register", 427, 427, 427),
            call("nfsservctl", 180, 169, 42),
            call("uselib", 134, 86, NONE),
            call("ustat", 136, 62, NONE),
            call("sysfs", 139, 135, NONE),
            call("_sysctl", 156, 149, NONE),
            call("vm86", NONE, 166, NONE),
            call("vm86old", NONE, 113, NONE),
            call("create_module", 174, 127, NONE),
            call("get_kernel_syms", 177, 130, NONE),
            call("query_module", 178, 167, NONE),
            call("swapon", 167, 87, 224),
            call("swapoff", 168, 115, 225),
            call("pivot_root", 155, 217, 41),
            call("fanotify_init", 300, 338, 262, "SYS_ADMIN"),
            call("fsconfig", 431, 431, 431, "SYS_ADMIN"),
            call("fsmount", 432, 432, 432, "SYS_ADMIN"),
            call("fsopen", 430, 430, 430, "SYS_ADMIN"),
            call("fspick", 433, 433, 433, "SYS_ADMIN"),
            call("lookup_dcookie", 212, 253, 18, "SYS_ADMIN"),
            call("mount", 165, 21, 40, "SYS_ADMIN"),
            call("mount_setattr", 442, 442, 442, "SYS_ADMIN"),
            call("move_mount", 429, 429, 429, "SYS_ADMIN"),
            call("open_tree", 428, 428, 428, "SYS_ADMIN"),
            call("quotactl", 179, 131, 60, "SYS_ADMIN"),
            call("quotactl_fd", 443, 443, 443, "SYS_ADMIN"),
            call("setdomainname", 171, 121, 162, "SYS_ADMIN"),
            call("sethostname", 170, 74, 161, "SYS_ADMIN"),
            call("setns", 308, 346, 268, "SYS_ADMIN"),
            call("umount", NONE, 22, NONE, "SYS_ADMIN"),
            call("umount2", 166, 52, 39, "SYS_ADMIN"),
            call("unshare", 272, 310, 97, "SYS_ADMIN"),
            call("statmount", 457, 457, 457, "SYS_ADMIN"),
            call("listmount", 458, 458, 458, "SYS_ADMIN"),
            call("open_tree_attr", 467, 467, 467, "SYS_ADMIN"),
            call("bpf", 321, 357, 280, "SYS_ADMIN", "BPF"),
            call("perf_event_open", 298, 336, 241, "SYS_ADMIN", "PERFMON"),
            call("syslog", 103, 103, 116, "SYS_ADMIN", "SYSLOG"),
            call("open_by_handle_at", 304, 342, 265, "DAC_READ_SEARCH"),
            call("reboot", 169, 88, 142, "SYS_BOOT"),
            call("kexec_load", 246, 283, 104, "SYS_BOOT"),
            call("kexec_file_load", 320, NONE, 294, "SYS_BOOT"),
            call("chroot", 161, 61, 51, "SYS_CHROOT"),
            call("delete_module", 176, 129, 106, "SYS_MODULE"),
            call("init_module", 175, 128, 105, "SYS_MODULE"),
            call("finit_module", 313, 350, 273, "SYS_MODULE"),
            call("acct", 163, 51, 89, "SYS_PACCT"),
            call("kcmp", 312, 349, 272, "SYS_PTRACE"),
            call("pidfd_getfd", 438, 438, 438, "SYS_PTRACE"),
            call("process_madvise", 440, 440, 440, "SYS_PTRACE"),
            call("process_vm_readv", 310, 347, 270, "SYS_PTRACE"),
            call("process_vm_writev", 311, 348, 271, "SYS_PTRACE"),
            call("iopl", 172, 110, NONE, "SYS_RAWIO"),
            call("ioperm", 173, 101, NONE, "SYS_RAWIO"),
            call("settimeofday", 164, 79, 170, "SYS_TIME"),
            call("stime", NONE, 25, NONE, "SYS_TIME"),
            call("clock_settime", 227, 264, 112, "SYS_TIME"),
            call("clock_settime64", NONE, 404, 404, "SYS_TIME"),
            call("vhangup", 153, 111, 58, "SYS_TTY_CONFIG"),
            call("get_mempolicy", 239, 275, 236, "SYS_NICE"),
            call("mbind", 237, 274, 235, "SYS_NICE"),
            call("set_mempolicy", 238, 276, 237, "SYS_NICE"),
            call("set_mempolicy_home_node", 450, 450, 450, "SYS_NICE"),
            call("move_pages", 279, 317, 239, "SYS_NICE"),
            call("migrate_pages", 256, 294, 238, "SYS_NICE"));
}
