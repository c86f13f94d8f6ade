package dev.jbuild.engine;

import dev.jbuild.oci.Platform;
import dev.jbuild.sandbox.Confinement;
import dev.jbuild.sandbox.Mount;
import dev.jbuild.sandbox.NameServers;
import dev.jbuild.sandbox.cdi.DeviceRequests;
import java.util.List;
import java.util.Optional;

/**
 * What a container is run with; what is absent comes from the image.
 *
 * @param image a name or an ID
 * @param platform of the image
 * @param command replaces the image's CMD when not empty
 * @param entrypoint replaces the image's ENTRYPOINT; an empty list clears it
 * @param env {@code NAME=value}, added to the image's
 * @param network {@code none} or {@code host}
 * @param addHosts {@code name:address}
 * @param interactive hand the caller's standard input through
 * @param terminal hand the caller's terminal through
 * @param nameServers whom {@code /etc/resolv.conf} names
 * @param mounts what it sees besides the image
 * @param devices of this machine that it gets
 * @param readOnly whether it can change nothing but what is mounted
 * @param init whether a process that reaps others is the first, and the command its child
 */
public record RunRequest(
        String image,
        Platform platform,
        List<String> command,
        Optional<List<String>> entrypoint,
        List<String> env,
        Optional<String> user,
        Optional<String> cwd,
        String network,
        String hostname,
        List<String> addHosts,
        boolean interactive,
        boolean terminal,
        Confinement confinement,
        NameServers nameServers,
        List<Mount> mounts,
        DeviceRequests devices,
        boolean readOnly,
        boolean init) {
    public RunRequest {
        command = List.copyOf(command);
        entrypoint = entrypoint.map(List::copyOf);
        env = List.copyOf(env);
        addHosts = List.copyOf(addHosts);
        mounts = List.copyOf(mounts);
    }

    RunRequest withHostname(String name) {
        return new RunRequest(
                image,
                platform,
                command,
                entrypoint,
                env,
                user,
                cwd,
                network,
                name,
                addHosts,
                interactive,
                terminal,
                confinement,
                nameServers,
                mounts,
                devices,
                readOnly,
                init);
    }
}
