package dev.jbuild.graph;

import dev.jbuild.problem.UserError;
import java.util.List;
import java.util.Optional;

/** Gathers what the query of a git address says, beside what its fragment did. */
final class GitQuery {
    private static final List<String> FLAGS = List.of("submodules", "keep-git-dir", "fetch-by-commit");

    private String ref;
    private String subdir;
    private String checksum = "";
    private String tag = "";
    private String branch = "";
    private Optional<Boolean> keepGitDir = Optional.empty();
    private Optional<Boolean> submodules = Optional.empty();
    private boolean commitTimes;
    private boolean fetchByCommit;

    GitQuery(String ref, String subdir) {
        this.ref = ref;
        this.subdir = subdir;
    }

    void add(String name, List<String> values) throws UserError {
        String value = values.get(0);
        if (values.size() > 1) {
            throw new UserError("query " + GoFormat.quote(name) + " has multiple values");
        }
        if (value.isEmpty() && !FLAGS.contains(name)) {
            throw new UserError("query " + GoFormat.quote(name) + " has no value");
        }
        switch (name) {
            case "ref" -> ref = same("ref", ref, value);
            case "tag" -> tag = value;
            case "branch" -> branch = value;
            case "subdir" -> subdir = same("subdir", subdir, GitAddress.directory(value));
            case "checksum", "commit" -> checksum = value;
            case "keep-git-dir" -> keepGitDir = Optional.of(flag(name, value));
            case "submodules" -> submodules = Optional.of(flag(name, value));
            case "fetch-by-commit" -> fetchByCommit = flag(name, value);
            case "mtime" -> commitTimes = commitTimes(value);
            default -> throw new UserError("unexpected query " + GoFormat.quote(name));
        }
    }

    private static String same(String what, String known, String value) throws UserError {
        if (!known.isEmpty() && !known.equals(value)) {
            throw new UserError(what + " conflicts: " + GoFormat.quote(known) + " vs " + GoFormat.quote(value));
        }
        return value;
    }

    private static boolean flag(String name, String value) throws UserError {
        return switch (value) {
            case "", "1", "t", "T", "true", "TRUE", "True" -> true;
            case "0", "f", "F", "false", "FALSE", "False" -> false;
            default -> throw new UserError("invalid " + name + " value: " + GoFormat.quote(value));
        };
    }

    private static boolean commitTimes(String value) throws UserError {
        if (!value.equals("checkout") && !value.equals("commit")) {
            throw new UserError(
                    "invalid mtime value: " + GoFormat.quote(value) + " (must be \"checkout\" or \"commit\")");
        }
        return value.equals("commit");
    }

    GitAddress address(String remote) throws UserError {
        if (!tag.isEmpty()) {
            ref = same("ref", ref, qualified("refs/tags/", tag));
        }
        if (!branch.isEmpty()) {
            if (!tag.isEmpty()) {
                throw new UserError("branch conflicts with tag");
            }
            ref = same("ref", ref, qualified("refs/heads/", branch));
        }
        return new GitAddress(remote, ref, checksum, subdir, keepGitDir, submodules, commitTimes, fetchByCommit);
    }

    private static String qualified(String prefix, String name) {
        return name.startsWith(prefix) ? name : prefix + name;
    }
}
