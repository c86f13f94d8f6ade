package dev.jbuild.cli;

import dev.jbuild.engine.Entitlement;
import dev.jbuild.problem.UsageError;
import dev.jbuild.sandbox.cdi.DeviceGrants;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.ListIterator;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What the {@code --allow}s of a build say. Each is a list of labels, of which one for a device may have more words. */
final class AllowFlag {
    private static final String DEVICE = "device";
    private static final String ALIAS = "alias=";

    private final Set<Entitlement> entitlements = EnumSet.noneOf(Entitlement.class);
    private boolean allDevices;
    private final Set<String> devices = new HashSet<>();
    private final Map<String, String> aliases = new HashMap<>();

    private AllowFlag() {}

    /** @param hostNetwork whether the command line itself asks for it: as buildx has it, the Buildfile may do so then */
    static AllowFlag of(List<String> values, boolean hostNetwork) throws UsageError {
        AllowFlag flag = new AllowFlag();
        for (String value : values) {
            flag.take(Arrays.asList(value.split(",", -1)).listIterator());
        }
        if (hostNetwork) {
            flag.entitlements.add(Entitlement.NETWORK_HOST);
        }
        return flag;
    }

    Set<Entitlement> entitlements() {
        return entitlements;
    }

    DeviceGrants devices() {
        return new DeviceGrants(allDevices, devices, aliases);
    }

    private void take(ListIterator<String> labels) throws UsageError {
        while (labels.hasNext()) {
            String label = labels.next();
            if (label.equals(DEVICE)) {
                allDevices = true;
            } else if (label.startsWith(DEVICE + "=")) {
                takeDevice(label.substring(DEVICE.length() + 1), labels);
            } else {
                entitlements.add(Entitlement.labelled(label)
                        .orElseThrow(() -> new UsageError(
                                "unknown entitlement " + label,
                                "known are network.host, security.insecure, host.mount and device")));
            }
        }
    }

    private void takeDevice(String name, ListIterator<String> rest) throws UsageError {
        Optional<String> alias = alias(rest);
        if (name.isEmpty() || alias.filter(String::isEmpty).isPresent()) {
            throw new UsageError("--allow device= names no device", "as in --allow device=vendor.com/class=name");
        }
        if (alias.isPresent()) {
            aliases.put(alias.get(), name);
        } else {
            devices.add(name);
        }
    }

    private static Optional<String> alias(ListIterator<String> rest) {
        if (!rest.hasNext()) {
            return Optional.empty();
        }
        String next = rest.next();
        if (next.startsWith(ALIAS)) {
            return Optional.of(next.substring(ALIAS.length()));
        }
        rest.previous();
        return Optional.empty();
    }
}
