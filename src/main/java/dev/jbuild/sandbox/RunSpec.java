package dev.jbuild.sandbox;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * One process to run.
 *
 * @param args the program (looked up in the PATH of {@code env} when it has no slash) and its arguments
 * @param env {@code NAME=value}
 * @param cwd absolute path in the root; made when missing, for the user that the process runs as
 * @param groups supplementary group ids
 * @param mounts in the order to be made
 * @param hosts lines added to {@code /etc/hosts}
 * @param terminal whether the caller's terminal is handed through ({@code run -t}); otherwise output goes to the sink
 * @param interactive whether the caller's standard input is handed through; otherwise it is empty
 * @param nameServers whom {@code /etc/resolv.conf} names
 * @param hooks that are to be run with it, which only an OCI runtime does
 */
public record RunSpec(
        Root root,
        List<String> args,
        List<String> env,
        String cwd,
        long uid,
        long gid,
        List<Long> groups,
        NetworkMode network,
        String hostname,
        List<Mount> mounts,
        List<String> hosts,
        boolean terminal,
        boolean interactive,
        Confinement confinement,
        NameServers nameServers,
        List<Hook> hooks) {
    public RunSpec {
        args = List.copyOf(args);
        env = List.copyOf(env);
        groups = List.copyOf(groups);
        mounts = List.copyOf(mounts);
        hosts = List.copyOf(hosts);
        hooks = List.copyOf(hooks);
    }

    /** Without hooks. */
    public RunSpec(
            Root root,
            List<String> args,
            List<String> env,
            String cwd,
            long uid,
            long gid,
            List<Long> groups,
            NetworkMode network,
            String hostname,
            List<Mount> mounts,
            List<String> hosts,
            boolean terminal,
            boolean interactive,
            Confinement confinement,
            NameServers nameServers) {
        this(
                root,
                args,
                env,
                cwd,
                uid,
                gid,
                groups,
                network,
                hostname,
                mounts,
                hosts,
                terminal,
                interactive,
                confinement,
                nameServers,
                List.of());
    }

    /** The same process with what it needs for devices; {@code allMounts} are all that it has then. */
    public RunSpec withDevices(List<String> allEnv, List<Mount> allMounts, List<Long> allGroups, List<Hook> allHooks) {
        return new RunSpec(
                root,
                args,
                allEnv,
                cwd,
                uid,
                gid,
                allGroups,
                network,
                hostname,
                allMounts,
                hosts,
                terminal,
                interactive,
                confinement,
                nameServers,
                allHooks);
    }

    /** The devices among what is mounted. */
    List<Mount.Device> devices() {
        return mounts.stream()
                .filter(Mount.Device.class::isInstance)
                .map(Mount.Device.class::cast)
                .toList();
    }

    /** The same process with another root and other mounts. */
    RunSpec with(Root other, List<Mount> otherMounts) {
        return new RunSpec(
                other,
                args,
                env,
                cwd,
                uid,
                gid,
                groups,
                network,
                hostname,
                otherMounts,
                hosts,
                terminal,
                interactive,
                confinement,
                nameServers,
                hooks);
    }

    /**
     * Another program in the same surroundings, which has the caller's terminal.
     *
     * @param work as in {@link Root}: that of a process that ran can't be used again
     */
    public RunSpec inTerminal(List<String> program, String variable, Path work) {
        List<String> more = new ArrayList<>(env);
        more.add(variable);
        return new RunSpec(
                new Root(root.lowers(), root.upper(), work, root.readOnly()),
                program,
                more,
                cwd,
                uid,
                gid,
                groups,
                network,
                hostname,
                mounts,
                hosts,
                true,
                true,
                confinement,
                nameServers,
                hooks);
    }
}
