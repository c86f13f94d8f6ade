package dev.jbuild.sandbox;

import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;

/**
 * How processes may use disks.
 *
 * @param weight among others who want them, from 10 to 1000 as docker counts
 * @param throttles how fast a disk may be read and written
 */
public record IoLimits(OptionalLong weight, List<Throttle> throttles) {
    public static final IoLimits NONE = new IoLimits(OptionalLong.empty(), List.of());

    public IoLimits {
        throttles = List.copyOf(throttles);
    }

    /** What of a disk is limited, as the files of control groups call it. */
    public enum Kind {
        READ_BYTES("rbps", "blkio.throttle.read_bps_device"),
        WRITE_BYTES("wbps", "blkio.throttle.write_bps_device"),
        READ_OPERATIONS("riops", "blkio.throttle.read_iops_device"),
        WRITE_OPERATIONS("wiops", "blkio.throttle.write_iops_device");

        /** In {@code io.max} of version 2. */
        final String key;

        /** Of version 1. */
        final String file;

        Kind(String key, String file) {
            this.key = key;
            this.file = file;
        }
    }

    /**
     * A limit of one disk.
     *
     * @param path its device node, or of a part of it; or a file or directory that is on it
     * @param rate bytes or operations a second
     */
    public record Throttle(Kind kind, Path path, long rate) {}

    /** A limit of one disk that was found: {@code 8:0}. */
    record DeviceRate(Kind kind, String device, long rate) {}
}
