package dev.jbuild.sandbox;

import dev.jbuild.sandbox.seccomp.SeccompFilter;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** What of this machine and this process decides how a sandbox is made; it is looked at once. */
final class Host {
    private static final int MACHINE_AT = 18;

    private final boolean classicOverlay;
    private final int machine;
    private final Capabilities capabilities;
    private final Ids ids;
    private final UserRange usersForContainers;
    private final Map<Capabilities, Optional<String>> filters = new ConcurrentHashMap<>();

    /** @param machine the processor, by its number in the header of ELF files ({@code e_machine}) */
    private Host(
            boolean classicOverlay, int machine, Capabilities capabilities, Ids ids, UserRange usersForContainers) {
        this.classicOverlay = classicOverlay;
        this.machine = machine;
        this.capabilities = capabilities;
        this.ids = ids;
        this.usersForContainers = usersForContainers;
    }

    /** With the processor that the native program was compiled for. */
    static Host of(Path program, boolean classicOverlay) throws IOException {
        try (DataInputStream elf = new DataInputStream(Files.newInputStream(program))) {
            elf.skipNBytes(MACHINE_AT);
            int low = elf.readUnsignedByte();
            int machine = elf.readUnsignedByte() << 8 | low;
            return new Host(
                    classicOverlay, machine, Capabilities.ofThisProcess(), Ids.ofThisProcess(), UserRange.ofMachine());
        }
    }

    /** Whether overlays are mounted as kernels before 6.7 must. */
    boolean classicOverlay() {
        return classicOverlay;
    }

    /** Those that this process may give away. */
    Capabilities capabilities() {
        return capabilities;
    }

    /** The users and groups that processes and files can have. */
    Ids ids() {
        return ids;
    }

    /** Those that containers with a user namespace of their own get. */
    UserRange usersForContainers() {
        return usersForContainers;
    }

    /** The ways to call the kernel, as libseccomp names them, the processor's own first. */
    List<String> architectures() {
        return SeccompFilter.architectures(machine);
    }

    /** The filter of system calls for a process with these capabilities, as the native program takes it. */
    Optional<String> filter(Capabilities ofProcess) {
        return filters.computeIfAbsent(ofProcess, set -> SeccompFilter.of(machine, set::has));
    }
}
