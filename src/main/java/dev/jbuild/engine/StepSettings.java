package dev.jbuild.engine;

import dev.jbuild.sandbox.Confinement;
import dev.jbuild.sandbox.Isolation;
import dev.jbuild.sandbox.NameServers;
import dev.jbuild.sandbox.cdi.DeviceGrants;
import dev.jbuild.sandbox.cdi.DeviceRequests;
import dev.jbuild.solver.HostVolume;
import dev.jbuild.solver.OnFailure;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * How the steps of a build run.
 *
 * @param confinement of steps that don't say their own
 * @param nameServers whom their {@code /etc/resolv.conf} names
 * @param entitlements {@code --allow}: what steps may ask for although it weakens their confinement
 * @param deviceGrants {@code --allow device}: which devices of this machine they may ask for
 * @param devices {@code --device}: those that all of them have
 * @param agents {@code --ssh}: by id, the socket of an agent or the keys to make one of
 * @param volumes {@code --volume}: what of this machine they see
 * @param isolation {@code --isolation}
 * @param onFailure what is done with the files of one that failed
 * @param patience {@code --stall-report}: how long nothing may happen in one before its processes are told; absent for ever
 */
public record StepSettings(
        Confinement confinement,
        NameServers nameServers,
        Set<Entitlement> entitlements,
        DeviceGrants deviceGrants,
        DeviceRequests devices,
        Map<String, List<Path>> agents,
        List<HostVolume> volumes,
        Isolation isolation,
        OnFailure onFailure,
        Optional<Duration> patience) {
    /** The usual ones. */
    public static final StepSettings DEFAULT = new StepSettings(
            Confinement.DEFAULT,
            NameServers.OF_HOST,
            Set.of(),
            DeviceGrants.NONE,
            DeviceRequests.NONE,
            Map.of(),
            List.of(),
            Isolation.NAMESPACES,
            OnFailure.NOTHING,
            Optional.of(Duration.ofMinutes(5)));

    public StepSettings {
        entitlements = Set.copyOf(entitlements);
        agents = Map.copyOf(agents);
        volumes = List.copyOf(volumes);
    }
}
