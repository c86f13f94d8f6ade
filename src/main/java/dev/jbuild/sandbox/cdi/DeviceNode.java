package dev.jbuild.sandbox.cdi;

import dev.jbuild.problem.EnvironmentError;
import dev.jbuild.problem.UserError;
import dev.jbuild.sandbox.DeviceId;
import dev.jbuild.sandbox.HostNode;
import dev.jbuild.sandbox.Mount;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A node that a device comes with. What isn't said is as the node on this machine has it.
 *
 * @param path in the container
 * @param hostPath on this machine
 * @param type {@code b}, {@code c}, {@code u} or {@code p}; empty if it isn't said
 * @param major 0 if it isn't said
 * @param access any of {@code rwm}
 */
record DeviceNode(
        String path,
        String hostPath,
        String type,
        int major,
        int minor,
        OptionalLong mode,
        String access,
        OptionalLong uid,
        OptionalLong gid) {
    private static final int EVERYBODYS = 0666;

    /**
     * As the library of the interface completes it.
     *
     * @param user whose the node is if nothing else is said: that of the process, as {@code group} is
     */
    Mount.Device toMount(long user, long group) throws UserError, EnvironmentError {
        Optional<HostNode> host = HostNode.find(Path.of(hostPath));
        DeviceId device = isComplete() ? said() : device(host);
        boolean same = host.isPresent() && host.get().device().equals(device);
        long permissions = host.map(HostNode::permissions).orElse(EVERYBODYS);
        return new Mount.Device(
                same ? Optional.of(Path.of(hostPath)) : Optional.empty(),
                path,
                device,
                (int) mode.orElse(permissions),
                uid.orElse(user),
                gid.orElse(group),
                access);
    }

    private boolean isComplete() {
        return kind().isPresent() && (major != 0 || kind().get() == DeviceId.Kind.PIPE);
    }

    private DeviceId said() {
        DeviceId.Kind kind = kind().orElseThrow();
        return kind == DeviceId.Kind.PIPE ? new DeviceId(kind, 0, 0) : new DeviceId(kind, major, minor);
    }

    private Optional<DeviceId.Kind> kind() {
        String letter = type.equals("u") ? "c" : type;
        return Arrays.stream(DeviceId.Kind.values())
                .filter(kind -> kind.letter().equals(letter))
                .findFirst();
    }

    private DeviceId device(Optional<HostNode> host) throws UserError {
        DeviceId found = host.orElseThrow(() -> new UserError("there is no device " + hostPath + " on this machine"))
                .device();
        if (kind().isPresent() && kind().get() != found.kind()) {
            throw new UserError("the device " + hostPath + " of this machine is of type "
                    + found.kind().letter() + ", not " + type);
        }
        return major == 0 ? found : new DeviceId(found.kind(), major, minor);
    }

    /** All that is said of it, in a line. */
    @Override
    public String toString() {
        StringBuilder line = new StringBuilder(path);
        if (!hostPath.equals(path)) {
            line.append(" from ").append(hostPath);
        }
        if (!type.isEmpty() || major != 0) {
            line.append(' ').append(type).append(major).append(':').append(minor);
        }
        mode.ifPresent(bits -> line.append(" mode ").append(Long.toOctalString(bits)));
        uid.ifPresent(id -> line.append(" uid ").append(id));
        gid.ifPresent(id -> line.append(" gid ").append(id));
        return line.append(' ').append(access).toString();
    }
}
