package dev.jbuild.sandbox;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import java.util.List;
import java.util.OptionalInt;

/**
 * Which devices a container may use, as the OCI runtimes have it: nodes of all devices may be made, but only harmless ones
 * opened, and those that the container is given. A program for the kernel (of type cgroup device, see bpf(2)), which gets the
 * kind of access, the device's type and its numbers, and returns whether that is allowed.
 */
final class DeviceFilter {
    private static final int BLOCK = 1;
    private static final int CHARACTER = 2;
    private static final int MAKE = 1;
    private static final int READ = 2;
    private static final int WRITE = 4;
    private static final int EVERYTHING = 7;

    private static final int USUAL_LENGTH = 4096;
    private static final int MOST_OF_A_RULE = 64;

    private static final int LOAD_WORD = 0x61;
    private static final int COPY = 0xbf;
    private static final int SET = 0xb7;
    private static final int AND = 0x57;
    private static final int SHIFT_RIGHT = 0x77;
    private static final int JUMP_UNLESS_EQUAL = 0x55;
    private static final int EXIT = 0x95;

    /** Registers: the result, the context, and what is read from it. */
    private static final int RESULT = 0;

    private static final int CONTEXT = 1;
    private static final int TYPE = 2;
    private static final int ACCESS = 3;
    private static final int MAJOR = 4;
    private static final int MINOR = 5;
    private static final int REST = 6;

    private final ByteBuffer code;

    private DeviceFilter(int given) {
        code = ByteBuffer.allocate(USUAL_LENGTH + given * MOST_OF_A_RULE).order(ByteOrder.nativeOrder());
    }

    /** The program for the usual devices, in hexadecimal. */
    static String usual() {
        return with(List.of());
    }

    /** The same for those and others. */
    static String with(List<Mount.Device> given) {
        DeviceFilter filter = new DeviceFilter(given.size());
        filter.begin();
        filter.allow(CHARACTER, MAKE, OptionalInt.empty(), OptionalInt.empty());
        filter.allow(BLOCK, MAKE, OptionalInt.empty(), OptionalInt.empty());
        for (int minor : new int[] {3, 5, 7, 8, 9}) { // null, zero, full, random, urandom
            filter.allow(CHARACTER, EVERYTHING, OptionalInt.of(1), OptionalInt.of(minor));
        }
        filter.allow(CHARACTER, EVERYTHING, OptionalInt.of(5), OptionalInt.of(0)); // tty
        filter.allow(CHARACTER, EVERYTHING, OptionalInt.of(5), OptionalInt.of(2)); // ptmx
        filter.allow(CHARACTER, EVERYTHING, OptionalInt.of(136), OptionalInt.empty()); // pts
        given.stream().filter(each -> each.device().isFiltered()).forEach(filter::allow);
        return filter.end();
    }

    private void allow(Mount.Device given) {
        DeviceId device = given.device();
        int access = (given.access().contains("m") ? MAKE : 0)
                | (given.access().contains("r") ? READ : 0)
                | (given.access().contains("w") ? WRITE : 0);
        allow(
                device.kind() == DeviceId.Kind.BLOCK ? BLOCK : CHARACTER,
                access,
                OptionalInt.of(device.major()),
                OptionalInt.of(device.minor()));
    }

    private void begin() {
        add(LOAD_WORD, TYPE, CONTEXT, 0, 0);
        add(COPY, ACCESS, TYPE, 0, 0);
        add(AND, TYPE, 0, 0, 0xffff);
        add(SHIFT_RIGHT, ACCESS, 0, 0, 16);
        add(LOAD_WORD, MAJOR, CONTEXT, 4, 0);
        add(LOAD_WORD, MINOR, CONTEXT, 8, 0);
    }

    /** One rule: if it fits, the program ends with yes; else it goes on behind it. */
    private void allow(int type, int access, OptionalInt major, OptionalInt minor) {
        int length = 5 + (major.isPresent() ? 1 : 0) + (minor.isPresent() ? 1 : 0) + 1;
        int end = code.position() / 8 + length;
        jumpUnless(TYPE, type, end);
        add(COPY, REST, ACCESS, 0, 0);
        add(AND, REST, 0, 0, ~access & EVERYTHING);
        jumpUnless(REST, 0, end);
        if (major.isPresent()) {
            jumpUnless(MAJOR, major.getAsInt(), end);
        }
        if (minor.isPresent()) {
            jumpUnless(MINOR, minor.getAsInt(), end);
        }
        add(SET, RESULT, 0, 0, 1);
        add(EXIT, 0, 0, 0, 0);
    }

    private void jumpUnless(int register, int value, int target) {
        add(JUMP_UNLESS_EQUAL, register, 0, target - code.position() / 8 - 1, value);
    }

    private void add(int operation, int destination, int source, int offset, int constant) {
        boolean little = code.order() == ByteOrder.LITTLE_ENDIAN;
        code.put((byte) operation);
        code.put((byte) (little ? source << 4 | destination : destination << 4 | source));
        code.putShort((short) offset);
        code.putInt(constant);
    }

    private String end() {
        add(SET, RESULT, 0, 0, 0);
        add(EXIT, 0, 0, 0, 0);
        return HexFormat.of().formatHex(code.array(), 0, code.position());
    }
}
