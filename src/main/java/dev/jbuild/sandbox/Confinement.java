package dev.jbuild.sandbox;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * How a process is held in its container.
 *
 * @param insecure {@code --security=insecure}: every capability that jbuild has itself, nothing masked or read-only, all
 *     devices
 * @param capabilities of the process when it is not insecure
 * @param noNewPrivileges whether programs with the set-user-ID bit give no privileges
 * @param limits enforced by a control group
 * @param rlimits of each process
 * @param sharedMemory the size of {@code /dev/shm} in bytes; 64 MB when absent
 * @param cgroupParent the control group below which that of the process is made; by jbuild's own when absent
 * @param users whether the process has a user namespace of its own, as no other one has
 */
public record Confinement(
        boolean insecure,
        Capabilities capabilities,
        boolean noNewPrivileges,
        Limits limits,
        List<Rlimit> rlimits,
        OptionalLong sharedMemory,
        Optional<String> cgroupParent,
        Optional<OwnUsers> users) {
    /** The usual one. */
    public static final Confinement DEFAULT = new Confinement(
            false,
            Capabilities.DEFAULT,
            false,
            Limits.NONE,
            List.of(),
            OptionalLong.empty(),
            Optional.empty(),
            Optional.empty());

    public Confinement {
        rlimits = List.copyOf(rlimits);
    }

    /** The same without what protects the host from the process. */
    public Confinement asInsecure() {
        return new Confinement(true, capabilities, noNewPrivileges, limits, rlimits, sharedMemory, cgroupParent, users);
    }

    public Confinement withLimits(Limits others) {
        return new Confinement(
                insecure, capabilities, noNewPrivileges, others, rlimits, sharedMemory, cgroupParent, users);
    }
}
