package dev.jbuild.engine;

import dev.jbuild.buildfile.Device;
import dev.jbuild.graph.Op;
import dev.jbuild.graph.Vertex;
import dev.jbuild.problem.SourceExcerpt;
import dev.jbuild.problem.UserError;
import dev.jbuild.sandbox.cdi.HostDevices;
import dev.jbuild.solver.HostVolume;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Something that a Buildfile may ask for only if the command line allows it. */
public enum Entitlement {
    NETWORK_HOST("network.host"),
    SECURITY_INSECURE("security.insecure"),
    /** Asked for by the command line itself: that steps change what is on this machine. */
    HOST_MOUNT("host.mount");

    private final String label;

    Entitlement(String label) {
        this.label = label;
    }

    /** As {@code --allow} spells it. */
    public String label() {
        return label;
    }

    public static Optional<Entitlement> labelled(String label) {
        return Arrays.stream(values())
                .filter(entitlement -> entitlement.label.equals(label))
                .findFirst();
    }

    /** Refuses a build of which a step asks for more than is allowed, before any of it runs. */
    static void check(List<Vertex> vertices, StepSettings steps, HostDevices devices) throws UserError {
        Set<Entitlement> allowed = steps.entitlements();
        if (!allowed.contains(HOST_MOUNT)) {
            refuseWritable(steps.volumes());
        }
        for (Vertex vertex : vertices) {
            if (vertex.op() instanceof Op.Run run) {
                if (run.network() == Op.Network.HOST) {
                    NETWORK_HOST.require(allowed, vertex);
                }
                if (run.insecure()) {
                    SECURITY_INSECURE.require(allowed, vertex);
                }
                require(run.devices(), devices, vertex);
            }
        }
    }

    private static void refuseWritable(List<HostVolume> volumes) throws UserError {
        for (HostVolume volume : volumes) {
            if (volume.access() == HostVolume.Access.READ_WRITE) {
                throw new UserError(
                        "--volume " + volume.source() + ":" + volume.target() + ": entitlement " + HOST_MOUNT.label
                                + " is not allowed",
                        "steps could change what is on this machine; allow it with --allow " + HOST_MOUNT.label
                                + ", or mount it with :ro, or with :O to drop what they write");
            }
        }
    }

    /** Each is allowed by itself. */
    private static void require(List<Device> asked, HostDevices devices, Vertex vertex) throws UserError {
        try {
            devices.give(asked);
        } catch (UserError e) {
            throw new UserError(e.what(), vertex.source().orElse(null), e.hints(), e);
        }
    }

    private void require(Set<Entitlement> allowed, Vertex vertex) throws UserError {
        if (!allowed.contains(this)) {
            SourceExcerpt where = vertex.source().orElse(null);
            throw new UserError(
                    "entitlement " + label + " is not allowed",
                    where,
                    List.of("if you trust this Buildfile, allow it with --allow " + label),
                    null);
        }
    }
}
