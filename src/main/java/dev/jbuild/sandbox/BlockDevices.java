package dev.jbuild.sandbox;

import dev.jbuild.problem.EnvironmentError;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.problem.UserError;
import dev.jbuild.sandbox.IoLimits.DeviceRate;
import dev.jbuild.sandbox.IoLimits.Throttle;
import dev.jbuild.sys.Stat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Finds the disks that paths are on. The kernel limits whole disks only: a part of one stands for all of it. */
final class BlockDevices {
    /** What the kernel says of devices by their numbers. */
    private final Path numbers;

    BlockDevices() {
        this(Path.of("/sys/dev/block"));
    }

    BlockDevices(Path numbers) {
        this.numbers = numbers;
    }

    List<DeviceRate> find(List<Throttle> throttles) throws JbuildException {
        List<DeviceRate> rates = new ArrayList<>();
        for (Throttle throttle : throttles) {
            rates.add(new DeviceRate(throttle.kind(), find(throttle.path()), throttle.rate()));
        }
        return rates;
    }

    private String find(Path path) throws JbuildException {
        try {
            boolean node = (number(path, "mode") & Stat.TYPE) == Stat.BLOCK_DEVICE;
            return disk(path, name(number(path, node ? "rdev" : "dev")));
        } catch (NoSuchFileException e) {
            throw new UserError("there is no device or file " + path + ", whose disk is to be limited", e);
        } catch (IOException e) {
            throw new EnvironmentError("the disk of " + path + " can't be found: " + e.getMessage(), e);
        }
    }

    private static long number(Path path, String attribute) throws IOException {
        if (Files.getAttribute(path, "unix:" + attribute) instanceof Number number) {
            return number.longValue();
        }
        throw new IOException("its " + attribute + " is unknown");
    }

    /** The disk of a device, which may be a part of it. */
    String disk(Path path, String device) throws IOException, UserError {
        Path known = numbers.resolve(device);
        if (!Files.exists(known)) {
            throw new UserError(
                    path + " is on no disk of its own, but on the device " + device,
                    "name the disk itself, such as /dev/sda");
        }
        Path directory = known.toRealPath();
        return Files.exists(directory.resolve("partition"))
                ? Files.readString(directory.resolveSibling("dev")).strip()
                : device;
    }

    /** As makedev(3) packs the numbers. */
    static String name(long device) {
        return DeviceId.major(device) + ":" + DeviceId.minor(device);
    }
}
