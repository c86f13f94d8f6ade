package dev.jbuild.graph.policy;

import dev.jbuild.graph.GitAddress;
import dev.jbuild.graph.Op;
import dev.jbuild.problem.UserError;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Git repositories as sources. Their identifier says host and path, however they are fetched; the whole address is the
 * attribute {@code git.fullurl}. A rule that converts the identifier alone moves the address too, which BuildKit leaves.
 */
final class PolicedRepository {
    private static final String SCHEME = "git://";
    private static final String ADDRESS = "git.fullurl";
    private static final String KEEP = "git.keepgitdir";
    private static final String CHECKSUM = "git.checksum";
    private static final String NO_SUBMODULES = "git.skipsubmodules";
    private static final String TIMES = "git.mtime";
    private static final String BY_COMMIT = "git.fetchbycommit";
    private static final Set<String> KNOWN = Set.of(ADDRESS, KEEP, CHECKSUM, NO_SUBMODULES, TIMES, BY_COMMIT);
    private static final Pattern WITH_SCHEME = Pattern.compile("[a-zA-Z0-9]+://(?:[^/@]*@)?(.*)", Pattern.DOTALL);
    private static final Pattern SCP = Pattern.compile("[^@/]+@([^:/]+):/*(.*)", Pattern.DOTALL);

    private PolicedRepository() {}

    static Op.Git converted(SourcePolicy policy, Op.Git op) throws UserError {
        PolicySource source = source(op);
        PolicySource result = policy.evaluate(source);
        if (result.equals(source)) {
            return op;
        }
        for (String name : result.attributes().keySet()) {
            if (!KNOWN.contains(name) && !result.attribute(name).equals(source.attribute(name))) {
                throw policy.unknownAttribute(name);
            }
        }
        if (!result.identifier().startsWith(SCHEME)) {
            throw policy.unusable("the repository " + Op.Git.shown(op.remote()), result);
        }
        return operation(source, result);
    }

    private static PolicySource source(Op.Git op) {
        String place = place(op.remote());
        if (!op.ref().isEmpty() || !op.subdir().isEmpty()) {
            place += "#" + op.ref() + (op.subdir().isEmpty() ? "" : ":" + op.subdir());
        }
        Map<String, String> attributes = new TreeMap<>(Map.of(ADDRESS, op.remote()));
        put(attributes, KEEP, op.keepGitDir());
        put(attributes, NO_SUBMODULES, !op.submodules());
        put(attributes, BY_COMMIT, op.fetchByCommit());
        if (op.commitTimes()) {
            attributes.put(TIMES, "commit");
        }
        if (!op.checksum().isEmpty()) {
            attributes.put(CHECKSUM, op.checksum());
        }
        return new PolicySource(SCHEME + place, attributes);
    }

    private static void put(Map<String, String> attributes, String name, boolean on) {
        if (on) {
            attributes.put(name, "true");
        }
    }

    /** Host and path of an address. */
    private static String place(String remote) {
        Matcher scheme = WITH_SCHEME.matcher(remote);
        Matcher scp = SCP.matcher(remote);
        return scheme.matches() ? scheme.group(1) : scp.matches() ? scp.group(1) + "/" + scp.group(2) : remote;
    }

    private static Op.Git operation(PolicySource source, PolicySource result) throws UserError {
        String[] parts = result.identifier().substring(SCHEME.length()).split("#", 2);
        String fragment = parts.length > 1 ? parts[1] : "";
        boolean moved =
                !parts[0].equals(source.identifier().substring(SCHEME.length()).split("#", 2)[0]);
        boolean addressGiven = !result.attribute(ADDRESS).equals(source.attribute(ADDRESS));
        String remote = moved && !addressGiven ? "https://" + parts[0] : result.attribute(ADDRESS);
        GitAddress address = GitAddress.ofRemote(remote, fragment);
        return new Op.Git(
                address.remote(),
                address.ref(),
                result.attribute(CHECKSUM),
                address.subdir(),
                isTrue(result, KEEP),
                !isTrue(result, NO_SUBMODULES),
                result.attribute(TIMES).equals("commit"),
                isTrue(result, BY_COMMIT));
    }

    private static boolean isTrue(PolicySource source, String name) {
        return source.attribute(name).equals("true");
    }
}
