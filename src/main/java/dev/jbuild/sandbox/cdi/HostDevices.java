package dev.jbuild.sandbox.cdi;

import dev.jbuild.buildfile.Device;
import dev.jbuild.problem.UserError;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Says which devices of this machine a process gets. Safe for use by many threads. */
public final class HostDevices {
    private final List<Path> directories;
    private final DeviceGrants grants;
    private final DeviceRequests forAll;
    private @Nullable DeviceInventory inventory;

    /**
     * @param directories where specs are, read once a device is asked for
     * @param grants which devices those may have that ask for some
     * @param forAll what every process gets
     */
    public HostDevices(List<Path> directories, DeviceGrants grants, DeviceRequests forAll) {
        this.directories = List.copyOf(directories);
        this.grants = grants;
        this.forAll = forAll;
    }

    /** Those that are asked for and are there; refuses what may not be used, and what is required and isn't there. */
    public GivenDevices give(List<Device> asked) throws UserError {
        Map<String, CdiDevice> given = new LinkedHashMap<>();
        Map<String, CdiDevice> refused = new TreeMap<>();
        List<String> absent = new ArrayList<>();
        for (String name : forAll.names()) {
            find(name, true).forEach(device -> given.put(device.qualifiedName(), device));
        }
        for (Device device : asked) {
            String alias = grants.aliases().get(device.name());
            List<CdiDevice> found = find(alias == null ? device.name() : alias, device.required());
            if (found.isEmpty()) {
                absent.add(device.name());
            }
            for (CdiDevice each : found) {
                boolean allowed = alias != null || isAllowed(each);
                (allowed ? given : refused).putIfAbsent(each.qualifiedName(), each);
            }
        }
        refused.keySet().removeAll(given.keySet());
        if (!refused.isEmpty()) {
            throw refusal(List.copyOf(refused.keySet()));
        }
        return new GivenDevices(List.copyOf(given.values()), forAll.nodes(), absent);
    }

    private List<CdiDevice> find(String name, boolean required) throws UserError {
        List<CdiDevice> found = inventory().find(name);
        if (found.isEmpty() && required) {
            throw new UserError(
                    "required device \"" + name + "\" is not registered",
                    inventory().hints().toArray(String[]::new));
        }
        return found;
    }

    private boolean isAllowed(CdiDevice device) throws UserError {
        if (grants.all() || device.isAutoAllowed()) {
            return true;
        }
        for (String name : grants.names()) {
            if (inventory().find(name).contains(device)) {
                return true;
            }
        }
        return false;
    }

    private static UserError refusal(List<String> names) {
        String what = names.size() == 1
                ? "device " + names.get(0) + " is requested by the build but not allowed"
                : "devices " + String.join(", ", names) + " are requested by the build but not allowed";
        List<String> flags =
                names.stream().map(name -> "--allow device=" + name).toList();
        return new UserError(
                what,
                "if you trust this Buildfile, allow it with " + String.join(" ", flags)
                        + ", or all devices with --allow device");
    }

    private synchronized DeviceInventory inventory() {
        DeviceInventory known = inventory;
        if (known == null) {
            known = DeviceInventory.read(directories);
            inventory = known;
        }
        return known;
    }
}
