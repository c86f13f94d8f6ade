package dev.jbuild.context;

import dev.jbuild.layer.EntryType;
import dev.jbuild.layer.LayerEntry;

/** What counts of the permissions of a context's files, and is copied of them. */
public enum ModePolicy {
    /** All, as {@code chmod} gave them. */
    EXACT,
    /**
     * What git keeps: whether a file's owner may execute it. So files are 0755 or 0644, and directories 0755, whatever the
     * umask of whoever checked them out.
     */
    GIT;

    private static final int OWNER_EXECUTES = 0100;

    /** A tree with what this makes of its permissions. */
    public SourceTree applied(SourceTree tree) {
        return this == EXACT ? tree : new GitModes(tree);
    }

    static LayerEntry git(LayerEntry entry) {
        if (entry.type() != EntryType.FILE && !entry.isDirectory()) {
            return entry;
        }
        boolean executable = entry.isDirectory() || (entry.mode() & OWNER_EXECUTES) != 0;
        return entry.withMode(executable ? 0755 : 0644);
    }
}
