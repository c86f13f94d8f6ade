package dev.jbuild.inspect;

import dev.jbuild.layer.LayerEntry;
import dev.jbuild.snapshot.MergedView.Found;
import dev.jbuild.sys.RawPath;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a layer does to a path.
 *
 * @param layer its number, from 0, bottom first
 * @param before what the layers below show there
 * @param after what it puts there
 * @param what in what they differ, if there are both: {@code type}, {@code content}, {@code mode} and so on
 */
public record LayerChange(Kind kind, int layer, Optional<Found> before, Optional<Found> after, List<String> what) {
    /** The kinds, in the order of their letters. */
    public enum Kind {
        ADDED,
        MODIFIED,
        REMOVED,
        /** The layer has it once more as it was, or doesn't have it. */
        UNMODIFIED;

        /** {@code a}, {@code m}, {@code r} or {@code u}. */
        public char letter() {
            return Character.toLowerCase(name().charAt(0));
        }
    }

    public LayerChange {
        what = List.copyOf(what);
    }

    static LayerChange added(Found after) {
        return new LayerChange(Kind.ADDED, after.layer(), Optional.empty(), Optional.of(after), List.of());
    }

    static LayerChange removed(Found before, int layer) {
        return new LayerChange(Kind.REMOVED, layer, Optional.of(before), Optional.empty(), List.of());
    }

    /** Of what a layer has at a path at which something was. */
    static LayerChange replaced(Found before, Found after) {
        List<String> what =
                differences(before.entry(), after.entry(), !after.entry().isDirectory());
        Kind kind = what.isEmpty() ? Kind.UNMODIFIED : Kind.MODIFIED;
        return new LayerChange(kind, after.layer(), Optional.of(before), Optional.of(after), what);
    }

    /** Of what the layer doesn't touch. */
    static LayerChange untouched(Found found, int layer) {
        return new LayerChange(Kind.UNMODIFIED, layer, Optional.of(found), Optional.of(found), List.of());
    }

    public RawPath path() {
        return shown().entry().path();
    }

    /** What is there then, or was there until then. */
    public Found shown() {
        return after.or(() -> before).orElseThrow();
    }

    /**
     * In what two entries differ.
     *
     * @param times whether they do if they were but changed at another time. Of a directory that says no more than that
     *     something in it changed.
     */
    static List<String> differences(LayerEntry old, LayerEntry now, boolean times) {
        List<String> what = new ArrayList<>();
        if (old.type() != now.type()) {
            what.add("type");
        } else {
            note(what, "content", !old.content().equals(now.content()));
            note(what, "target", !old.linkTarget().equals(now.linkTarget()));
            note(what, "device", old.deviceMajor() != now.deviceMajor() || old.deviceMinor() != now.deviceMinor());
        }
        note(what, "mode", old.mode() != now.mode());
        note(what, "owner", old.uid() != now.uid() || old.gid() != now.gid());
        note(what, "xattrs", !old.xattrs().equals(now.xattrs()));
        note(what, "time", times && old.mtimeSeconds() != now.mtimeSeconds());
        return what;
    }

    private static void note(List<String> what, String name, boolean differs) {
        if (differs) {
            what.add(name);
        }
    }
}
