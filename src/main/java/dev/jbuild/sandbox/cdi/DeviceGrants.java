package dev.jbuild.sandbox.cdi;

import java.util.Map;
import java.util.Set;

/**
 * Which devices may be used ({@code --allow device}), beside those that an administrator lets everybody use.
 *
 * @param all whether all may
 * @param names of those that may, with all that such a name can stand for
 * @param aliases other names that they may be asked for by, each with the name that it stands for
 */
public record DeviceGrants(boolean all, Set<String> names, Map<String, String> aliases) {
    public static final DeviceGrants NONE = new DeviceGrants(false, Set.of(), Map.of());
    public static final DeviceGrants ALL = new DeviceGrants(true, Set.of(), Map.of());

    public DeviceGrants {
        names = Set.copyOf(names);
        aliases = Map.copyOf(aliases);
    }
}
