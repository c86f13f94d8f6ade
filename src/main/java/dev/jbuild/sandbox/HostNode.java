package dev.jbuild.sandbox;

import dev.jbuild.problem.EnvironmentError;
import dev.jbuild.sys.Stat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * A device node of this machine.
 *
 * @param permissions of the node, whose owner is {@code uid}
 */
public record HostNode(DeviceId device, int permissions, long uid, long gid) {
    private static final int PERMISSIONS = 07777;

    /** Absent where there is nothing, or something else; symlinks aren't followed. */
    public static Optional<HostNode> find(Path path) throws EnvironmentError {
        try {
            Map<String, Object> attributes =
                    Files.readAttributes(path, "unix:mode,rdev,uid,gid", LinkOption.NOFOLLOW_LINKS);
            int mode = (int) number(attributes, "mode");
            return Arrays.stream(DeviceId.Kind.values())
                    .filter(kind -> kind.bits() == (mode & Stat.TYPE))
                    .findFirst()
                    .map(kind -> new HostNode(
                            DeviceId.of(kind, number(attributes, "rdev")),
                            mode & PERMISSIONS,
                            number(attributes, "uid"),
                            number(attributes, "gid")));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new EnvironmentError("the device " + path + " can't be looked at: " + e.getMessage(), e);
        }
    }

    private static long number(Map<String, Object> attributes, String name) {
        return ((Number) Objects.requireNonNull(attributes.get(name))).longValue();
    }
}
