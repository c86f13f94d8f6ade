package dev.jbuild.sandbox;

/**
 * A limit of {@code setrlimit(2)}, as {@code --ulimit} gives it.
 *
 * @param soft what holds; -1 for no limit
 * @param hard how far the process may raise {@code soft}; -1 for no limit
 */
public record Rlimit(Resource resource, long soft, long hard) {
    /** What is limited, with the kernel's number of it. */
    public enum Resource {
        CPU(0),
        FSIZE(1),
        DATA(2),
        STACK(3),
        CORE(4),
        RSS(5),
        NPROC(6),
        NOFILE(7),
        MEMLOCK(8),
        AS(9),
        LOCKS(10),
        SIGPENDING(11),
        MSGQUEUE(12),
        NICE(13),
        RTPRIO(14),
        RTTIME(15);

        private final int number;

        Resource(int number) {
            this.number = number;
        }
    }

    void addTo(OpList ops) {
        ops.op("limit", resource.number, Long.toUnsignedString(soft), Long.toUnsignedString(hard));
    }
}
