package dev.jbuild.solver.copy;

import dev.jbuild.context.SourceTree;
import dev.jbuild.layer.LayerEntry;
import dev.jbuild.sys.RawPath;
import java.util.List;

/**
 * One file or directory that a source names, with all that is copied of it.
 *
 * @param tree where it is
 * @param name what it is called in a directory that it is copied into; a symlink's own name where that is followed
 * @param items the thing itself, which comes first at the empty path, and what is beneath it in path order
 * @param extract whether it is unpacked if it is an archive
 */
record Selected(SourceTree tree, RawPath name, List<Item> items, boolean extract) {
    Selected {
        items = List.copyOf(items);
    }

    /**
     * One entry to copy.
     *
     * @param relative its path beneath what was named
     * @param parent whether this is a directory that isn't wanted for itself but for something in it
     */
    record Item(RawPath relative, LayerEntry entry, boolean parent) {}

    LayerEntry top() {
        return items.get(0).entry();
    }
}
