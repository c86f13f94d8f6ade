package dev.jbuild.sandbox.seccomp;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * A program in the kernel's classic BPF, as seccomp runs it ({@code linux/filter.h}): an accumulator, comparisons that leap
 * ahead, and results.
 */
final class BpfProgram {
    private static final int LOAD_WORD = 0x20;
    private static final int JUMP_IF_EQUAL = 0x15;
    private static final int JUMP_IF_GREATER = 0x25;
    private static final int JUMP_IF_ANY_BIT = 0x45;
    private static final int RETURN = 0x06;
    private static final int INSTRUCTION_BYTES = 8;
    private static final int MOST_LEAPT_OVER = 255;

    private record Instruction(int code, int ifTrue, int ifFalse, int value) {}

    private final List<Instruction> instructions = new ArrayList<>();

    /** Loads four bytes of the call's description. */
    BpfProgram load(int offset) {
        instructions.add(new Instruction(LOAD_WORD, 0, 0, offset));
        return this;
    }

    BpfProgram result(int value) {
        instructions.add(new Instruction(RETURN, 0, 0, value));
        return this;
    }

    /** Carries out {@code then} if the accumulator has this value. */
    BpfProgram ifEqual(int value, BpfProgram then) {
        return onlyIf(JUMP_IF_EQUAL, value, then);
    }

    /** Carries out {@code then} if the accumulator, without sign, is greater. */
    BpfProgram ifGreater(int value, BpfProgram then) {
        return onlyIf(JUMP_IF_GREATER, value, then);
    }

    /** Carries out {@code then} if the accumulator has any of these bits. */
    BpfProgram ifAnyBit(int bits, BpfProgram then) {
        return onlyIf(JUMP_IF_ANY_BIT, bits, then);
    }

    private BpfProgram onlyIf(int code, int value, BpfProgram then) {
        int length = then.instructions.size();
        if (length > MOST_LEAPT_OVER) {
            throw new IllegalArgumentException("a leap over " + length + " instructions is too far");
        }
        instructions.add(new Instruction(code, 0, length, value));
        instructions.addAll(then.instructions);
        return this;
    }

    /** The instructions in the kernel's form, in this machine's byte order. */
    byte[] bytes() {
        ByteBuffer bytes =
                ByteBuffer.allocate(instructions.size() * INSTRUCTION_BYTES).order(ByteOrder.nativeOrder());
        for (Instruction each : instructions) {
            bytes.putShort((short) each.code)
                    .put((byte) each.ifTrue)
                    .put((byte) each.ifFalse)
                    .putInt(each.value);
        }
        return bytes.array();
    }
}
