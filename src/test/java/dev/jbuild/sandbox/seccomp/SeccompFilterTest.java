package dev.jbuild.sandbox.seccomp;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SeccompFilterTest {
    private static final int INTEL = 62;
    private static final int ARM = 183;
    private static final int ALLOW = 0x7fff0000;
    private static final int EPERM = 0x00050001;
    private static final int ENOSYS = 0x00050026;
    private static final int X86_64 = 0xc000003e;
    private static final int I386 = 0x40000003;
    private static final int AARCH64 = 0xc00000b7;

    private static byte[] filter(int machine, String... capabilities) {
        return HexFormat.of()
                .parseHex(SeccompFilter.of(machine, Set.of(capabilities)::contains)
                        .orElseThrow());
    }

    /** Runs a filter as the kernel does. */
    private static int run(byte[] filter, int architecture, int number, long firstArgument) {
        ByteBuffer call = ByteBuffer.allocate(64).order(ByteOrder.LITTLE_ENDIAN);
        call.putInt(number).putInt(architecture).putLong(0x7f0000001234L).putLong(firstArgument);
        ByteBuffer program = ByteBuffer.wrap(filter).order(ByteOrder.LITTLE_ENDIAN);
        int accumulator = 0;
        for (int at = 0; ; at++) {
            int code = program.getShort(at * 8);
            int ifTrue = Byte.toUnsignedInt(program.get(at * 8 + 2));
            int ifFalse = Byte.toUnsignedInt(program.get(at * 8 + 3));
            int value = program.getInt(at * 8 + 4);
            switch (code) {
                case 0x20 -> accumulator = call.getInt(value);
                case 0x06 -> {
                    return value;
                }
                case 0x15 -> at += accumulator == value ? ifTrue : ifFalse;
                case 0x25 -> at += Integer.compareUnsigned(accumulator, value) > 0 ? ifTrue : ifFalse;
                case 0x45 -> at += (accumulator & value) != 0 ? ifTrue : ifFalse;
                default -> throw new AssertionError("no such instruction: " + code);
            }
        }
    }

    @Test
    void whatIsNotRestrictedIsAllowed() {
        byte[] filter = filter(INTEL, "SYS_CHROOT");
        Set<Integer> restricted = RestrictedCall.ALL.stream()
                .filter(call -> !call.name().equals("chroot"))
                .map(RestrictedCall::x86)
                .collect(Collectors.toSet());
        List<Integer> refused = IntStream.rangeClosed(0, RestrictedCall.NEWEST)
                .filter(number -> run(filter, X86_64, number, 0) == EPERM)
                .boxed()
                .toList();
        restricted.remove(RestrictedCall.NONE);
        assertThat(refused).containsExactlyInAnyOrderElementsOf(restricted);
    }

    @Test
    void aCapabilityAllowsWhatItIsFor() {
        int mount = 165;
        int ptraceOthersMemory = 310;
        assertThat(run(filter(INTEL), X86_64, mount, 0)).isEqualTo(EPERM);
        assertThat(run(filter(INTEL, "SYS_ADMIN"), X86_64, mount, 0)).isEqualTo(ALLOW);
        assertThat(run(filter(INTEL, "SYS_ADMIN"), X86_64, ptraceOthersMemory, 0))
                .isEqualTo(EPERM);
        assertThat(run(filter(INTEL, "SYS_PTRACE"), X86_64, ptraceOthersMemory, 0))
                .isEqualTo(ALLOW);
        int addKey = 248;
        assertThat(run(filter(INTEL, "SYS_ADMIN", "SYS_PTRACE"), X86_64, addKey, 0))
                .isEqualTo(EPERM);
    }

    @Test
    void processesAreMadeButNoNamespaces() {
        byte[] filter = filter(INTEL);
        int signalOfChild = 17;
        assertThat(run(filter, X86_64, 56, signalOfChild)).isEqualTo(ALLOW);
        assertThat(run(filter, X86_64, 56, 0x3d0f00)).as("a thread").isEqualTo(ALLOW);
        for (int namespace : new int[] {0x20000, 0x2000000, 0x4000000, 0x8000000, 0x10000000, 0x20000000, 0x40000000}) {
            assertThat(run(filter, X86_64, 56, namespace | signalOfChild))
                    .as(Integer.toHexString(namespace))
                    .isEqualTo(EPERM);
            assertThat(run(filter, I386, 120, namespace)).isEqualTo(EPERM);
        }
        assertThat(run(filter, X86_64, 435, 0)).as("clone3").isEqualTo(ENOSYS);
    }

    @Test
    void personalitiesAndSocketsAreChosenByTheirArgument() {
        byte[] filter = filter(INTEL);
        assertThat(run(filter, X86_64, 135, 0xffffffffL)).isEqualTo(ALLOW);
        assertThat(run(filter, X86_64, 135, 8)).isEqualTo(ALLOW);
        assertThat(run(filter, X86_64, 135, 0x40000)).as("no randomisation").isEqualTo(EPERM);
        assertThat(run(filter, X86_64, 41, 2)).isEqualTo(ALLOW);
        assertThat(run(filter, X86_64, 41, 40)).isEqualTo(EPERM);
    }

    @Test
    void newerCallsDoNotExist() {
        byte[] filter = filter(INTEL);
        assertThat(run(filter, X86_64, RestrictedCall.NEWEST + 1, 0)).isEqualTo(ENOSYS);
        assertThat(run(filter, X86_64, 0x40000000 | 165, 0)).as("x32").isEqualTo(ENOSYS);
        assertThat(run(filter, X86_64, -1, 0)).isEqualTo(ENOSYS);
    }

    @Test
    void foreignWaysToCallAreClosed() {
        assertThat(run(filter(INTEL), AARCH64, 0, 0)).isEqualTo(EPERM);
        assertThat(run(filter(ARM), X86_64, 0, 0)).isEqualTo(EPERM);
        assertThat(run(filter(ARM), AARCH64, 40, 0)).as("mount").isEqualTo(EPERM);
        assertThat(run(filter(ARM), AARCH64, 64, 0)).as("write").isEqualTo(ALLOW);
        assertThat(run(filter(INTEL), I386, 21, 0)).as("mount").isEqualTo(EPERM);
        assertThat(SeccompFilter.of(243, name -> false)).isEmpty();
    }
}
