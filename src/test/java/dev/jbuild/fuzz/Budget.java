package dev.jbuild.fuzz;

import java.lang.management.ManagementFactory;

/** Measures what one input costs the current thread; other load on the machine doesn't count. */
final class Budget {
    private static final long MOST_NANOS = 1_000_000_000L;
    /** What any input may allocate, small as it is. */
    private static final long BASE_BYTES = 64L << 20;
    /** What each byte of an input may allocate on top. */
    private static final long BYTES_PER_BYTE = 4096;

    private static final com.sun.management.ThreadMXBean THREADS =
            (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();

    private Budget() {}

    /** Fails if work on an input is too much, twice: the first time may pay for the loading and instrumenting of classes. */
    static void hold(byte[] input, Runnable work) {
        try {
            measure(input.length, work);
        } catch (Exceeded e) {
            measure(input.length, work);
        }
    }

    private static final class Exceeded extends AssertionError {
        private static final long serialVersionUID = 1;

        Exceeded(String what) {
            super(what);
        }
    }

    private static void measure(int size, Runnable work) {
        long nanos = THREADS.getCurrentThreadCpuTime();
        long bytes = THREADS.getCurrentThreadAllocatedBytes();
        work.run();
        long took = THREADS.getCurrentThreadCpuTime() - nanos;
        long allocated = THREADS.getCurrentThreadAllocatedBytes() - bytes;
        if (took > MOST_NANOS) {
            throw new Exceeded("an input of " + size + " bytes took " + took / 1_000_000 + " ms");
        }
        if (allocated > BASE_BYTES + size * BYTES_PER_BYTE) {
            throw new Exceeded("an input of " + size + " bytes allocated " + (allocated >> 20) + " MB");
        }
    }
}
