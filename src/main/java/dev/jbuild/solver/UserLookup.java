package dev.jbuild.solver;

import dev.jbuild.context.SourceTree;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.problem.UserError;
import dev.jbuild.solver.copy.Accounts;
import dev.jbuild.solver.copy.Accounts.Account;
import dev.jbuild.solver.copy.Accounts.Group;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Turns what {@code USER} says into ids, by a root file system's {@code /etc/passwd} and {@code /etc/group}. */
public final class UserLookup {
    /** As docker has it: programs take greater ones for negative. */
    private static final long LAST_ID = Integer.MAX_VALUE;

    private final Accounts accounts;
    private final String name;
    private final String groupName;

    private UserLookup(String spec, Accounts accounts) {
        int colon = spec.indexOf(':');
        this.name = colon < 0 ? spec : spec.substring(0, colon);
        this.groupName = colon < 0 ? "" : spec.substring(colon + 1);
        this.accounts = accounts;
    }

    /**
     * Who a process runs as.
     *
     * @param groups supplementary groups; the main one is among them
     * @param home the home directory, {@code /} when nothing is known of the user
     */
    public record User(long uid, long gid, List<Long> groups, String home) {
        public User {
            groups = List.copyOf(groups);
        }
    }

    /**
     * @param spec a name or id, with or without a colon and a group's; empty for root
     * @throws UserError for a name that isn't known; ids need not be
     */
    public static User find(String spec, SourceTree root) throws JbuildException {
        return new UserLookup(spec, Accounts.of(root)).find();
    }

    private User find() throws UserError {
        OptionalLong uid = Accounts.id(name);
        if (uid.isPresent() && Accounts.id(groupName).isPresent()) {
            return user(uid.getAsLong(), Accounts.id(groupName).getAsLong(), List.of());
        }
        Optional<Account> account = account(uid);
        if (account.isEmpty() && uid.isEmpty() && !name.isEmpty()) {
            throw new UserError(
                    "unable to find user " + name + ": no matching entries in passwd file",
                    "make the user with RUN useradd or adduser first, or give its number");
        }
        long id = account.map(Account::uid).orElse(uid.orElse(0));
        if (!groupName.isEmpty()) {
            return user(id, group(), List.of());
        }
        List<Long> groups = account.isPresent()
                ? accounts.groupsOf(account.get().name()).stream()
                        .map(Group::gid)
                        .toList()
                : List.of();
        return user(id, account.map(Account::gid).orElse(0L), groups);
    }

    private Optional<Account> account(OptionalLong uid) {
        if (uid.isPresent() || name.isEmpty()) {
            return accounts.userOf(uid.orElse(0));
        }
        return accounts.user(name);
    }

    private long group() throws UserError {
        OptionalLong gid = Accounts.id(groupName);
        if (gid.isPresent()) {
            return gid.getAsLong();
        }
        return accounts.group(groupName)
                .map(Group::gid)
                .orElseThrow(() ->
                        new UserError("unable to find group " + groupName + ": no matching entries in group file"));
    }

    private User user(long uid, long gid, List<Long> supplementary) throws UserError {
        if (uid > LAST_ID || gid > LAST_ID) {
            throw new UserError("user %d:%d is none: uids and gids must be in range 0-%d".formatted(uid, gid, LAST_ID));
        }
        List<Long> groups = new ArrayList<>(supplementary);
        if (!groups.contains(gid)) {
            groups.add(0, gid);
        }
        String home = accounts.userOf(uid)
                .map(Account::home)
                .filter(path -> !path.isEmpty())
                .orElse("/");
        return new User(uid, gid, groups, home);
    }
}
