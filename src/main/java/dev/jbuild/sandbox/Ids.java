package dev.jbuild.sandbox;

import dev.jbuild.fs.IdMap;
import dev.jbuild.fs.MissingIds;
import dev.jbuild.problem.EnvironmentError;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The users and groups that there are where this process runs.
 *
 * @param groupsCanBeSet whether a process can be given other groups than those it has
 */
record Ids(IdMap users, IdMap groups, boolean groupsCanBeSet) {
    private static final int TTY_GROUP = 5;

    static Ids ofThisProcess() throws IOException {
        Path file = Path.of("/proc/self/setgroups");
        boolean denied = Files.exists(file)
                && Files.readString(file, StandardCharsets.US_ASCII).strip().equals("deny");
        return new Ids(IdMap.users(), IdMap.groups(), !denied);
    }

    /** Those of a process with a user namespace of its own. */
    static Ids of(OwnUsers users) {
        IdMap map = new IdMap(List.of(new IdMap.Range(0, 0, users.count())));
        return new Ids(map, map, true);
    }

    /** Whether this is a user namespace, in which devices can't be made and only some file systems be mounted. */
    boolean areOfNamespace() {
        return !users.isOfMachine();
    }

    /** Whether there are just one user and one group. */
    boolean areSingle() {
        return users.count() == 1;
    }

    /** Whether terminals can belong to the group that they do elsewhere. */
    boolean haveTerminalGroup() {
        return groups.has(TTY_GROUP);
    }

    /** Fails for a process that can't be started, with what would let it. */
    void check(RunSpec spec) throws EnvironmentError {
        if (!users.has(spec.uid())) {
            throw missing("user " + spec.uid(), users);
        }
        if (!groups.has(spec.gid())) {
            throw missing("group " + spec.gid(), groups);
        }
        for (long group : spec.groups()) {
            if (groupsCanBeSet && !groups.has(group)) {
                throw missing("group " + group, groups);
            }
        }
    }

    private static EnvironmentError missing(String who, IdMap map) {
        String count = map.count() == 1 ? "is only one" : "are only " + map.count();
        return new EnvironmentError(
                "a process can't run as %s: there %s of them in this user namespace".formatted(who, count),
                MissingIds.REMEDY,
                "jbuild doctor tells what is missing");
    }

    /** Further groups of a process; where none can be set, it keeps those of this one. */
    List<Long> settable(List<Long> wanted) {
        return groupsCanBeSet ? wanted : List.of();
    }
}
