package dev.jbuild.fuzz;

import java.lang.management.ManagementFactory;

/** Measures what one input costs the current thread; other load on the machine doesn't count. */
final class Budget {
    private static final long MOST_NANOS = 1_000_000_000L;
    /** What any input may allocate, small as it is. */
    private static final long BASE_BYTES = 64L << 20;
    /** What each byte of an input may allocate on top. */
    private static final long BYTES_PER_BYTE = 4096;

    /** The first inputs pay for the loading and instrumenting of classes. */
    private static final int UNMEASURED = 200;

    private static int inputs;

    private static final com.sun.management.ThreadMXBean THREADS =
            (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final int size;
    private final long nanos = THREADS.getCurrentThreadCpuTime();
    private final long bytes = THREADS.getCurrentThreadAllocatedBytes();

    private Budget(int size) {
        this.size = size;
    }

    static Budget of(byte[] input) {
        return new Budget(input.length);
    }

    /** Fails if the work since {@link #of} was too much. */
    void check() {
        if (inputs++ < UNMEASURED) {
            return;
        }
        long took = THREADS.getCurrentThreadCpuTime() - nanos;
        long allocated = THREADS.getCurrentThreadAllocatedBytes() - bytes;
        if (took > MOST_NANOS) {
            throw new AssertionError("an input of " + size + " bytes took " + took / 1_000_000 + " ms");
        }
        if (allocated > BASE_BYTES + size * BYTES_PER_BYTE) {
            throw new AssertionError("an input of " + size + " bytes allocated " + (allocated >> 20) + " MB");
        }
    }
}
