package dev.jbuild.sandbox.cdi;

import dev.jbuild.problem.EnvironmentError;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.problem.UserError;
import dev.jbuild.sandbox.Hook;
import dev.jbuild.sandbox.Mount;
import dev.jbuild.sandbox.RunSpec;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Devices that a process gets.
 *
 * @param nodes those that specs say nothing of
 * @param absent names of devices that it does without
 */
public record GivenDevices(List<CdiDevice> devices, List<HostDevice> nodes, List<String> absent) {
    public GivenDevices {
        devices = List.copyOf(devices);
        nodes = List.copyOf(nodes);
        absent = List.copyOf(absent);
    }

    /** Whether there is none. */
    public boolean isEmpty() {
        return devices.isEmpty() && nodes.isEmpty();
    }

    /**
     * What a result made with them depends on: their names, and all that their specs say of them.
     *
     * <p>BuildKit takes the names alone. But a driver that is replaced gets another spec, with other files and variables, and
     * what was built with the one before is not what would be built now. What is in the files that are mounted isn't looked
     * at: they may be many, belong to the machine, and have their versions in their names as a rule. Nor is what a device
     * does. A device that is optional and isn't there counts for nothing, for the step is what it were without.
     */
    public List<String> keys() {
        List<String> keys = new ArrayList<>();
        devices.forEach(device -> keys.add(device.qualifiedName()));
        keys.addAll(edits().lines());
        nodes.forEach(node -> keys.add("node " + node));
        return keys;
    }

    /** What to tell of each place in the process's surroundings where something of a device is. */
    public Map<String, String> places() {
        Map<String, String> places = new LinkedHashMap<>();
        for (CdiDevice device : devices) {
            ContainerEdits edits = device.edits();
            String what = "the device " + device.qualifiedName();
            edits.nodes().forEach(node -> places.put(node.path(), what));
            edits.mounts().forEach(mount -> places.put(mount.target(), what));
            edits.env().forEach(variable -> places.put("$" + name(variable), what));
        }
        nodes.forEach(node -> places.put(node.target(), "the device " + node.source()));
        return places;
    }

    /** First those of a spec, and then those of each device of it. */
    private ContainerEdits edits() {
        ContainerEdits edits = ContainerEdits.NONE;
        Set<Path> seen = new HashSet<>();
        for (CdiDevice device : devices) {
            if (seen.add(device.spec().file())) {
                edits = edits.plus(device.spec().edits());
            }
            edits = edits.plus(device.edits());
        }
        return edits;
    }

    /** A process with what its devices bring along. */
    public RunSpec to(RunSpec spec) throws JbuildException {
        if (isEmpty()) {
            return spec;
        }
        ContainerEdits edits = edits();
        if (!edits.unsupported().isEmpty()) {
            throw problem(new UserError(
                    "containerEdits." + edits.unsupported().get(0) + " of its CDI spec is not supported"));
        }
        List<Hook> hooks = new ArrayList<>(spec.hooks());
        hooks.addAll(edits.hooks());
        Set<Long> groups = new LinkedHashSet<>(spec.groups());
        groups.addAll(edits.groups());
        return spec.withDevices(env(spec.env(), edits.env()), mounts(spec, edits), List.copyOf(groups), hooks);
    }

    /** A variable that is there already gets the device's value. */
    private static List<String> env(List<String> before, List<String> more) {
        Map<String, String> all = new LinkedHashMap<>();
        before.forEach(variable -> all.put(name(variable), variable));
        more.forEach(variable -> all.put(name(variable), variable));
        return List.copyOf(all.values());
    }

    private static String name(String variable) {
        int equals = variable.indexOf('=');
        return equals < 0 ? variable : variable.substring(0, equals);
    }

    /** What is mounted deeper in the tree comes later, whoever asks for it. */
    private List<Mount> mounts(RunSpec spec, ContainerEdits edits) throws JbuildException {
        Map<String, Mount> more = new LinkedHashMap<>();
        try {
            for (DeviceNode node : edits.nodes()) {
                more.put(node.path(), node.toMount(spec.uid(), spec.gid()));
            }
            for (HostMount mount : edits.mounts()) {
                more.put(mount.target(), mount.toMount());
            }
        } catch (UserError | EnvironmentError e) {
            throw problem(e);
        }
        for (HostDevice node : nodes) {
            for (Mount.Device mount : node.mounts()) {
                more.put(mount.target(), mount);
            }
        }
        List<Mount> all = new ArrayList<>(spec.mounts());
        all.removeIf(mount -> more.containsKey(mount.target()));
        all.addAll(more.values());
        all.sort(Comparator.comparingInt(
                mount -> Path.of(mount.target()).normalize().getNameCount()));
        return all;
    }

    private JbuildException problem(JbuildException e) {
        String names =
                String.join(", ", devices.stream().map(CdiDevice::qualifiedName).toList());
        String files = String.join(
                ", ",
                devices.stream()
                        .map(device -> device.spec().file().toString())
                        .distinct()
                        .toList());
        String what = names + " can't be given: " + e.what();
        String hint = "its CDI spec is " + files;
        return e instanceof EnvironmentError ? new EnvironmentError(what, e, hint) : new UserError(what, e, hint);
    }
}
