package dev.jbuild.snapshot;

import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * Which extended attributes a layer holds: those of users and file capabilities. All others belong to the machine: labels
 * of security modules, access control lists (which default ones of the store's directory would put on every file), and
 * overlayfs's own, which an image must not be able to set.
 */
final class LayerXattrs {
    private LayerXattrs() {}

    static boolean holds(String name) {
        return name.equals("security.capability") || (name.startsWith("user.") && !name.startsWith("user.overlay."));
    }

    static NavigableMap<String, String> of(Map<String, String> all) {
        NavigableMap<String, String> held = new TreeMap<>(all);
        held.keySet().removeIf(name -> !holds(name));
        return held;
    }
}
