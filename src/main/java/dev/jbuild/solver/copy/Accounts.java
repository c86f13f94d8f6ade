package dev.jbuild.solver.copy;

import dev.jbuild.context.SourceTree;
import dev.jbuild.layer.EntryType;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.problem.UserError;
import dev.jbuild.sys.RawPath;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Predicate;

/** The users and groups of a root file system: {@code /etc/passwd} and {@code /etc/group}, as far as they can be read. */
public final class Accounts {
    private static final int MOST_BYTES = 10 << 20;

    private final List<Account> users;
    private final List<Group> groups;

    private Accounts(List<Account> users, List<Group> groups) {
        this.users = users;
        this.groups = groups;
    }

    /** A line of {@code /etc/passwd}. */
    public record Account(String name, long uid, long gid, String home) {}

    /** A line of {@code /etc/group}. */
    public record Group(String name, long gid, List<String> members) {
        public Group {
            members = List.copyOf(members);
        }
    }

    /** Files that aren't there have no lines. */
    public static Accounts of(SourceTree root) throws JbuildException {
        List<Account> users = new ArrayList<>();
        for (String[] fields : lines(root, "etc/passwd")) {
            users.add(new Account(fields[0], number(fields, 2), number(fields, 3), field(fields, 5)));
        }
        List<Group> groups = new ArrayList<>();
        for (String[] fields : lines(root, "etc/group")) {
            groups.add(new Group(
                    fields[0], number(fields, 2), List.of(field(fields, 3).split(",", -1))));
        }
        return new Accounts(users, groups);
    }

    private static List<String[]> lines(SourceTree root, String name) throws JbuildException {
        RawPath path = root.resolve(RawPath.of(name), true);
        if (root.peek(path).filter(entry -> entry.type() == EntryType.FILE).isEmpty()) {
            return List.of();
        }
        byte[] bytes;
        try (InputStream in = root.open(path)) {
            bytes = in.readNBytes(MOST_BYTES + 1);
        } catch (IOException e) {
            throw new UserError("/" + path + " can't be read: " + e.getMessage(), e);
        }
        if (bytes.length > MOST_BYTES) {
            throw new UserError("/" + path + " exceeds " + MOST_BYTES + " bytes");
        }
        List<String[]> lines = new ArrayList<>();
        for (String line : new String(bytes, StandardCharsets.UTF_8).split("\n", -1)) {
            String trimmed = line.strip();
            if (!trimmed.isEmpty() && !trimmed.startsWith("#")) {
                lines.add(trimmed.split(":", -1));
            }
        }
        return lines;
    }

    private static String field(String[] fields, int at) {
        return at < fields.length ? fields[at] : "";
    }

    /** What isn't a number counts as zero, as for the C library's readers of these files. */
    private static long number(String[] fields, int at) {
        return id(field(fields, at)).orElse(0);
    }

    /** The id that a text gives, if it is one. */
    public static OptionalLong id(String text) {
        boolean digits = !text.isEmpty() && text.length() <= 10 && text.chars().allMatch(c -> c >= '0' && c <= '9');
        return digits && Long.parseLong(text) < 1L << 32 ? OptionalLong.of(Long.parseLong(text)) : OptionalLong.empty();
    }

    /** Whether there are neither users nor groups. */
    public boolean isEmpty() {
        return users.isEmpty() && groups.isEmpty();
    }

    public Optional<Account> user(String name) {
        return first(users, user -> user.name().equals(name));
    }

    public Optional<Account> userOf(long uid) {
        return first(users, user -> user.uid() == uid);
    }

    public Optional<Group> group(String name) {
        return first(groups, group -> group.name().equals(name));
    }

    /** The groups that name a user as a member. */
    public List<Group> groupsOf(String user) {
        return groups.stream().filter(group -> group.members().contains(user)).toList();
    }

    private static <T> Optional<T> first(List<T> all, Predicate<T> matching) {
        return all.stream().filter(matching).findFirst();
    }
}
