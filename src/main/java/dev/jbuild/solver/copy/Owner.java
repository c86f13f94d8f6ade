package dev.jbuild.solver.copy;

import dev.jbuild.context.SourceTree;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.problem.UserError;
import java.util.Optional;
import java.util.OptionalLong;

/** Whose files are. */
record Owner(long uid, long gid) {
    static final Owner ROOT = new Owner(0, 0);

    /**
     * What {@code --chown} and {@code USER} give: a user, by name or id, and perhaps a colon and a group. An id without a
     * group is the group's too; a name that isn't known is root, as it is for BuildKit.
     *
     * @param hasBase whether there is a root file system to look names up in
     */
    static Owner parse(String spec, SourceTree base, boolean hasBase) throws JbuildException {
        int colon = spec.indexOf(':');
        String user = colon < 0 ? spec : spec.substring(0, colon);
        Optional<String> group = colon < 0 ? Optional.empty() : Optional.of(spec.substring(colon + 1));
        OptionalLong uid = id(user);
        OptionalLong gid = group.isPresent() ? id(group.get()) : uid;
        if (uid.isPresent() && gid.isPresent()) {
            return new Owner(uid.getAsLong(), gid.getAsLong());
        }
        if (!hasBase) {
            throw new UserError(
                    "\"" + spec + "\" can't be looked up: the stage begins FROM scratch, so there are no users in it",
                    "give numbers, as in --chown=1000:1000");
        }
        Accounts accounts = Accounts.of(base);
        Owner own = uid.isPresent()
                ? new Owner(uid.getAsLong(), uid.getAsLong())
                : accounts.user(user)
                        .map(found -> new Owner(found.uid(), found.gid()))
                        .orElse(ROOT);
        if (group.isEmpty()) {
            return own;
        }
        long named = accounts.group(group.get()).map(Accounts.Group::gid).orElse(own.gid());
        return new Owner(own.uid(), gid.orElse(named));
    }

    private static OptionalLong id(String text) {
        return text.equals("root") ? OptionalLong.of(0) : Accounts.id(text);
    }
}
