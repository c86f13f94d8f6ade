package dev.jbuild.sandbox.cdi;

import dev.jbuild.sandbox.Hook;
import java.util.ArrayList;
import java.util.List;

/**
 * What is done to a container that gets a device.
 *
 * @param env {@code NAME=value}
 * @param groups further groups of its process
 * @param unsupported fields that say something which is never done
 */
record ContainerEdits(
        List<String> env,
        List<DeviceNode> nodes,
        List<HostMount> mounts,
        List<Hook> hooks,
        List<Long> groups,
        List<String> unsupported) {
    static final ContainerEdits NONE =
            new ContainerEdits(List.of(), List.of(), List.of(), List.of(), List.of(), List.of());

    ContainerEdits {
        env = List.copyOf(env);
        nodes = List.copyOf(nodes);
        mounts = List.copyOf(mounts);
        hooks = List.copyOf(hooks);
        groups = List.copyOf(groups);
        unsupported = List.copyOf(unsupported);
    }

    boolean isEmpty() {
        return equals(NONE);
    }

    ContainerEdits plus(ContainerEdits more) {
        return new ContainerEdits(
                joined(env, more.env),
                joined(nodes, more.nodes),
                joined(mounts, more.mounts),
                joined(hooks, more.hooks),
                joined(groups, more.groups),
                joined(unsupported, more.unsupported));
    }

    private static <T> List<T> joined(List<T> some, List<T> others) {
        List<T> all = new ArrayList<>(some);
        all.addAll(others);
        return all;
    }

    /** All of it, a line for each. */
    List<String> lines() {
        List<String> lines = new ArrayList<>();
        env.forEach(variable -> lines.add("env " + variable));
        nodes.forEach(node -> lines.add("node " + node));
        mounts.forEach(mount -> lines.add("mount " + mount));
        hooks.forEach(hook -> lines.add("hook " + hook));
        groups.forEach(group -> lines.add("group " + group));
        return lines;
    }
}
