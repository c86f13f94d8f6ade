package dev.jbuild.solver;

import dev.jbuild.sandbox.Confinement;
import dev.jbuild.sandbox.NameServers;
import dev.jbuild.sandbox.NetworkMode;
import dev.jbuild.sandbox.cdi.HostDevices;
import dev.jbuild.solver.ssh.SshAgent;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the command line says about all RUN steps of a build.
 *
 * @param network of a step that doesn't say its own
 * @param addHosts lines of {@code /etc/hosts}
 * @param secrets the values that {@code --mount=type=secret} may ask for, by id
 * @param agents the agents that {@code --mount=type=ssh} may ask for, by id
 * @param volumes what of this machine they see
 * @param devices of this machine that {@code --device} may ask for
 * @param confinement of a step that doesn't say its own
 * @param onFailure what is done with the files of a step that failed
 * @param patience how long nothing may happen in a step before it is told what its processes wait for; absent for ever
 * @param countTimes whether a step whose files have other times is another step
 */
public record RunDefaults(
        NetworkMode network,
        String hostname,
        List<String> addHosts,
        Map<String, SecretSource> secrets,
        Map<String, SshAgent> agents,
        List<HostVolume> volumes,
        HostDevices devices,
        Confinement confinement,
        NameServers nameServers,
        OnFailure onFailure,
        Optional<Duration> patience,
        boolean countTimes) {
    public RunDefaults {
        addHosts = List.copyOf(addHosts);
        secrets = Map.copyOf(secrets);
        agents = Map.copyOf(agents);
        volumes = List.copyOf(volumes);
    }

    /** Reads a secret's value when a step needs it, and not before. */
    @FunctionalInterface
    public interface SecretSource {
        byte[] read() throws java.io.IOException;
    }
}
