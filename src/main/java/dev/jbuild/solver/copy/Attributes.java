package dev.jbuild.solver.copy;

import dev.jbuild.layer.LayerEntry;
import java.util.NavigableMap;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * What is set on a file that was made.
 *
 * @param mtimeSeconds the present when absent
 * @param xattrs as in {@link LayerEntry}
 */
record Attributes(int mode, Owner owner, OptionalLong mtimeSeconds, NavigableMap<String, String> xattrs) {
    static Attributes of(LayerEntry entry) {
        return new Attributes(
                entry.mode(),
                new Owner(entry.uid(), entry.gid()),
                OptionalLong.of(entry.mtimeSeconds()),
                entry.xattrs());
    }

    static Attributes of(int mode, Owner owner) {
        return new Attributes(mode, owner, OptionalLong.empty(), new TreeMap<>());
    }

    Attributes withMode(int other) {
        return new Attributes(other, owner, mtimeSeconds, xattrs);
    }

    Attributes withOwner(Owner other) {
        return new Attributes(mode, other, mtimeSeconds, xattrs);
    }

    Attributes withTime(long seconds) {
        return new Attributes(mode, owner, OptionalLong.of(seconds), xattrs);
    }

    /** These, with the extended attributes of {@code older} that these don't set: copying removes none. */
    Attributes over(Attributes older) {
        NavigableMap<String, String> all = new TreeMap<>(older.xattrs);
        all.putAll(xattrs);
        return new Attributes(mode, owner, mtimeSeconds, all);
    }
}
