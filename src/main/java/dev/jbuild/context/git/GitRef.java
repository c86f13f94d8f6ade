package dev.jbuild.context.git;

import dev.jbuild.graph.GitAddress;
import dev.jbuild.problem.UserError;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What an address means at the moment.
 *
 * @param object the hash of a commit, or of an annotated tag
 * @param name the whole name of the ref; absent where a commit was named
 * @param tagged the commit that the annotated tag is of
 */
record GitRef(String object, Optional<String> name, Optional<String> tagged) {
    static GitRef ofCommit(String commit) {
        return new GitRef(commit, Optional.empty(), Optional.empty());
    }

    /** The commit. */
    String commit() {
        return tagged.orElse(object);
    }

    /**
     * Finds a ref in what {@code git ls-remote} printed. A branch is preferred to a tag, as by git checkout.
     *
     * @throws UserError if it isn't there
     */
    static GitRef find(String ref, String printed) throws UserError {
        Optional<String> exact = hash(printed, "refs/" + without("refs/", ref));
        if (exact.isPresent()) {
            String name = "refs/" + without("refs/", ref);
            return checked(
                    exact.get(), name, name.startsWith("refs/tags/") ? hash(printed, name + "^{}") : Optional.empty());
        }
        String branch = "refs/heads/" + without("refs/heads/", ref);
        Optional<String> head = hash(printed, branch);
        if (head.isPresent()) {
            return checked(head.get(), branch, Optional.empty());
        }
        String tag = "refs/tags/" + without("refs/tags/", ref);
        Optional<String> object = hash(printed, tag);
        if (object.isEmpty()) {
            throw new UserError("repository does not contain ref " + ref, "check the name of the branch or tag");
        }
        return checked(object.get(), tag, hash(printed, tag + "^{}"));
    }

    private static GitRef checked(String object, String name, Optional<String> tagged) throws UserError {
        if (!GitAddress.isCommit(object) || !tagged.map(GitAddress::isCommit).orElse(true)) {
            throw new UserError("invalid commit sha \"" + object + "\"");
        }
        return new GitRef(object, Optional.of(name), tagged);
    }

    private static String without(String prefix, String ref) {
        return ref.startsWith(prefix) ? ref.substring(prefix.length()) : ref;
    }

    private static Optional<String> hash(String printed, String name) {
        return printed.lines()
                .map(line -> line.split("\t", 2))
                .filter(fields -> fields.length == 2 && fields[1].equals(name))
                .map(fields -> fields[0])
                .findFirst();
    }

    /** Refuses another commit than was said. */
    void verify(String checksum) throws UserError {
        List<String> hashes = new ArrayList<>(List.of(object));
        tagged.ifPresent(hashes::add);
        if (hashes.stream().noneMatch(hash -> hash.startsWith(checksum))) {
            throw new UserError(
                    "expected checksum to match " + checksum + ", got " + String.join(" or ", hashes),
                    "the ref has moved, or the checksum is of another one");
        }
    }
}
