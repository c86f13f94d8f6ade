package dev.jbuild.snapshot;

import dev.jbuild.layer.LayerEntry;
import dev.jbuild.sys.RawPath;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The names of files with several: they go into a layer together or not at all. */
final class HardLinks {
    private final Map<Long, List<Name>> byInode = new HashMap<>();

    /** A name, and the lower entry that it is equal to, if it is. */
    private record Name(UpperEntry entry, @Nullable LayerEntry same) {}

    /** Takes entries in path order. */
    void add(UpperEntry entry, @Nullable LayerEntry same) {
        if (entry.stat.links() > 1) {
            byInode.computeIfAbsent(entry.stat.inode(), inode -> new ArrayList<>())
                    .add(new Name(entry, same));
        }
    }

    /** Keeps all names of a file unless each is as it was and they were one file before. */
    void decide() {
        for (List<Name> names : byInode.values()) {
            boolean keep = names.size() > 1 ? !wereOneFile(names) : names.get(0).entry.kept;
            for (Name name : names) {
                name.entry.kept = keep;
                name.entry.first = name.equals(names.get(0)) ? null : names.get(0).entry;
            }
        }
    }

    private static boolean wereOneFile(List<Name> names) {
        Set<RawPath> firsts = new HashSet<>();
        for (Name name : names) {
            if (name.same == null) {
                return false;
            }
            firsts.add(name.same.hardLinkTo().orElse(name.same.path()));
        }
        return firsts.size() == 1;
    }
}
