package dev.jbuild.snapshot;

import dev.jbuild.fs.Metadata;
import dev.jbuild.fs.OverlayXattrs;
import dev.jbuild.fs.OwnerMark;
import dev.jbuild.fs.Whiteouts;
import dev.jbuild.sys.Fd;
import dev.jbuild.sys.RawPath;
import java.io.IOException;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Which extended attributes a layer holds: those of users and file capabilities. All others belong to the machine: labels
 * of security modules, access control lists (which default ones of the store's directory would put on every file), and
 * overlayfs's own, which an image must not be able to set. Overlayfs knows only one of its two namespaces at a time; in
 * the other one a name of a user's is just that.
 */
final class LayerXattrs {
    private final OverlayXattrs overlay;

    private LayerXattrs(OverlayXattrs overlay) {
        this.overlay = overlay;
    }

    static LayerXattrs ofThisProcess() throws IOException {
        return new LayerXattrs(OverlayXattrs.ofThisProcess());
    }

    boolean holds(String name) {
        return name.equals("security.capability")
                || (name.startsWith("user.") && !isOverlays(name) && !isOwnerMark(name));
    }

    /** The machine's security modules put their labels on all files and let nobody take them off. */
    boolean isOfSecurityModule(String name) {
        return name.startsWith("security.") && !holds(name);
    }

    /** Only in a user namespace is there something that can't have its owner. */
    boolean isOwnerMark(String name) {
        return overlay == OverlayXattrs.USER && name.equals(OwnerMark.ATTRIBUTE);
    }

    /** The owner that a file should have but can't. */
    Optional<OwnerMark> ownerMark(Map<String, String> all) {
        return overlay == OverlayXattrs.USER ? OwnerMark.among(all) : Optional.empty();
    }

    private boolean isOverlays(String name) {
        return name.startsWith(overlay.prefix());
    }

    NavigableMap<String, String> of(Map<String, String> all) {
        NavigableMap<String, String> held = new TreeMap<>(all);
        held.keySet().removeIf(name -> !holds(name));
        return held;
    }

    /** Whether it stands for nothing. */
    boolean isWhiteout(Metadata metadata) {
        return Whiteouts.is(metadata, overlay);
    }

    /** Makes what stands for nothing. */
    void makeWhiteout(Fd in, RawPath name) throws IOException {
        Whiteouts.make(in, name, overlay);
    }

    boolean hasOpaqueMark(Map<String, String> all) {
        return "y".equals(all.get(overlay.opaque()));
    }

    void markOpaque(Map<String, String> all) {
        all.put(overlay.opaque(), "y");
    }

    boolean isOpaqueMark(String name) {
        return name.equals(overlay.opaque());
    }

    /** Whether the file is in a form of a feature of overlayfs that jbuild mounts without. */
    boolean hasMark(Map<String, String> all, String feature) {
        return all.containsKey(overlay.prefix() + feature);
    }
}
