package dev.jbuild.sandbox.seccomp;

import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Makes the filter of system calls for a process in a container.
 *
 * <p>It refuses what reaches past the container (keys, modules, kernel memory, clocks, mounts, other namespaces, io_uring),
 * unless the process has the capability that such a call is for. A refused call fails with {@code EPERM}; one that is newer
 * than these rules, and {@code clone3}, whose arguments a filter can't see, with {@code ENOSYS}, so that libraries fall back
 * to older ones.
 */
public final class SeccompFilter {
    private static final int NUMBER = 0;
    private static final int ARCHITECTURE = 4;
    private static final int FIRST_ARGUMENT = 16;
    private static final int ALLOW = 0x7fff0000;
    private static final int FAIL = 0x00050000;
    static final int EPERM = 1;
    static final int ENOSYS = 38;

    /** {@code CLONE_NEWNS}, {@code …CGROUP}, {@code …UTS}, {@code …IPC}, {@code …USER}, {@code …PID}, {@code …NET}. */
    static final int NEW_NAMESPACES = 0x7e020000;

    static final int VIRTUAL_SOCKETS = 40;
    /** Linux, with or without 32-bit addresses and a short name; and the question what it is. */
    static final List<Integer> PERSONALITIES = List.of(0, 8, 0x20000, 0x20008, 0xffffffff);

    private static final RestrictedCall CLONE = new RestrictedCall("clone", 56, 120, 220, List.of("SYS_ADMIN"));
    private static final RestrictedCall CLONE3 = new RestrictedCall("clone3", 435, 435, 435, List.of("SYS_ADMIN"));
    private static final RestrictedCall PERSONALITY = new RestrictedCall("personality", 135, 136, 92, List.of());
    private static final RestrictedCall SOCKET = new RestrictedCall("socket", 41, 359, 198, List.of());

    private final Predicate<String> capabilities;

    private SeccompFilter(Predicate<String> capabilities) {
        this.capabilities = capabilities;
    }

    /**
     * The filter as {@code jbuild-sandbox} takes it: the program's bytes in hexadecimal digits.
     *
     * @param machine this machine's processor, by its number in the header of ELF files ({@code e_machine})
     * @param capabilities whether the process has one, by names such as {@code SYS_ADMIN}
     * @return nothing for a processor whose calls aren't known here
     */
    public static Optional<String> of(int machine, Predicate<String> capabilities) {
        List<Architecture> architectures = Architecture.of(machine);
        if (architectures.isEmpty()) {
            return Optional.empty();
        }
        BpfProgram program = new SeccompFilter(capabilities).program(architectures);
        return Optional.of(HexFormat.of().formatHex(program.bytes()));
    }

    /** The ways of a processor to call the kernel, as libseccomp names them; nothing for one that isn't known here. */
    public static List<String> architectures(int machine) {
        return Architecture.of(machine).stream().map(Architecture::seccompName).toList();
    }

    private BpfProgram program(List<Architecture> architectures) {
        BpfProgram program = new BpfProgram().load(ARCHITECTURE);
        for (Architecture architecture : architectures) {
            program.ifEqual(architecture.auditNumber(), rules(architecture));
        }
        return program.result(FAIL | EPERM);
    }

    private BpfProgram rules(Architecture architecture) {
        BpfProgram rules = new BpfProgram().load(NUMBER);
        // Numbers of the x32 way to call lie above all others.
        rules.ifGreater(RestrictedCall.NEWEST, new BpfProgram().result(FAIL | ENOSYS));
        for (RestrictedCall call : RestrictedCall.ALL) {
            restrict(rules, call, architecture, new BpfProgram().result(FAIL | EPERM));
        }
        restrict(rules, CLONE3, architecture, new BpfProgram().result(FAIL | ENOSYS));
        restrict(rules, CLONE, architecture, withoutNamespaces());
        restrict(rules, PERSONALITY, architecture, personalities());
        restrict(rules, SOCKET, architecture, sockets());
        return rules.result(ALLOW);
    }

    private void restrict(BpfProgram rules, RestrictedCall call, Architecture architecture, BpfProgram then) {
        int number = call.number(architecture);
        if (number != RestrictedCall.NONE && call.capabilities().stream().noneMatch(capabilities)) {
            rules.ifEqual(number, then);
        }
    }

    private static BpfProgram withoutNamespaces() {
        return new BpfProgram()
                .load(FIRST_ARGUMENT)
                .ifAnyBit(NEW_NAMESPACES, new BpfProgram().result(FAIL | EPERM))
                .result(ALLOW);
    }

    private static BpfProgram personalities() {
        BpfProgram known = new BpfProgram().load(FIRST_ARGUMENT);
        for (int personality : PERSONALITIES) {
            known.ifEqual(personality, new BpfProgram().result(ALLOW));
        }
        return known.result(FAIL | EPERM);
    }

    private static BpfProgram sockets() {
        return new BpfProgram()
                .load(FIRST_ARGUMENT)
                .ifEqual(VIRTUAL_SOCKETS, new BpfProgram().result(FAIL | EPERM))
                .result(ALLOW);
    }
}
