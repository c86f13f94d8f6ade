package dev.jbuild.graph;

import dev.jbuild.problem.UserError;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What an address of a git repository says, in BuildKit's two forms: {@code https://example.com/a.git#ref:directory} and
 * {@code https://example.com/a.git?ref=…&subdir=…}, as well as {@code git@example.com:a.git}.
 *
 * @param remote the address without what follows {@code ?} or {@code #}, for the git program
 * @param ref a branch, tag or commit; empty for the default branch
 * @param checksum the hash that the commit must begin with; empty if any will do
 * @param subdir the directory to take of it, without slashes at its ends; empty for all
 * @param keepGitDir whether {@code .git} stays; absent when nothing was said
 * @param submodules whether submodules are fetched; absent when nothing was said
 * @param commitTimes whether files get the time of the commit ({@code mtime=commit})
 * @param fetchByCommit whether the commit is the checksum, and the ref no more than its name
 */
public record GitAddress(
        String remote,
        String ref,
        String checksum,
        String subdir,
        Optional<Boolean> keepGitDir,
        Optional<Boolean> submodules,
        boolean commitTimes,
        boolean fetchByCommit) {
    private static final Pattern SCHEME = Pattern.compile("([a-zA-Z0-9]+)://.*", Pattern.DOTALL);
    private static final Pattern SCP =
            Pattern.compile("([a-zA-Z0-9_-]+)@([a-zA-Z0-9.-]+):([^?#\\n]*)(?:\\?([^#\\n]*))?(?:#(.*))?");
    private static final List<String> SCHEMES = List.of("http", "https", "ssh", "git");
    private static final String WITHOUT_SCHEME = "github.com/";

    /**
     * Reads an address as ADD takes it.
     *
     * @return nothing if this is no address of a git repository, such as a path or the address of a file
     * @throws UserError if it is one, but wrong
     */
    public static Optional<GitAddress> parse(String text) throws UserError {
        Matcher scp = SCP.matcher(text);
        Matcher scheme = SCHEME.matcher(text);
        if (!scheme.matches()) {
            return scp.matches() ? Optional.of(ofScp(scp, text)) : Optional.empty();
        }
        String protocol = scheme.group(1).toLowerCase(Locale.ROOT);
        AddressParts parts = AddressParts.split(text);
        boolean http = protocol.startsWith("http");
        if (!SCHEMES.contains(protocol) || (http && !parts.path().endsWith(".git"))) {
            return Optional.empty();
        }
        return Optional.of(of(parts, text));
    }

    /** As {@link #parse}, for a build context: {@code github.com/a/b} is one too there. */
    public static Optional<GitAddress> parseContext(String text) throws UserError {
        if (text.startsWith(WITHOUT_SCHEME)) {
            return Optional.of(of(AddressParts.split("https://" + text), text));
        }
        return parse(text);
    }

    /**
     * An address in two parts.
     *
     * @param remote for the git program
     * @param fragment {@code ref:directory}, either of which may be missing
     * @throws UserError if one of them could be taken for something else
     */
    public static GitAddress ofRemote(String remote, String fragment) throws UserError {
        return of(new AddressParts(remote, "", "", fragment), remote);
    }

    private static GitAddress ofScp(Matcher scp, String text) throws UserError {
        String remote = scp.group(1) + "@" + scp.group(2) + ":" + scp.group(3);
        return of(new AddressParts(remote, scp.group(3), orEmpty(scp.group(4)), orEmpty(scp.group(5))), text);
    }

    private static String orEmpty(@Nullable String group) {
        return group == null ? "" : group;
    }

    private static GitAddress of(AddressParts parts, String text) throws UserError {
        String fragment = parts.fragment();
        int colon = fragment.indexOf(':');
        String ref = colon < 0 ? fragment : fragment.substring(0, colon);
        String subdir = colon < 0 ? "" : directory(fragment.substring(colon + 1));
        GitQuery query = new GitQuery(ref, subdir);
        for (Map.Entry<String, List<String>> pair : parts.queryPairs().entrySet()) {
            query.add(pair.getKey(), pair.getValue());
        }
        GitAddress address = query.address(parts.remote());
        if (address.ref().startsWith("-")) {
            throw new UserError("invalid git ref " + GoFormat.quote(address.ref()));
        }
        if (!isPlain(parts.remote()) || !isPlain(address.ref())) {
            throw new UserError("invalid git address " + GoFormat.quote(text));
        }
        return address;
    }

    /** Neither an option of the git program or of ssh, nor with characters that could end a line of its protocol. */
    private static boolean isPlain(String text) {
        return !text.startsWith("-")
                && !text.contains("://-")
                && !text.contains("@-")
                && text.chars().noneMatch(c -> c < ' ' || c == 0x7f);
    }

    static String directory(String path) {
        String clean = ContainerPaths.clean("/" + path);
        return clean.substring(1);
    }

    /** Whether a ref is a whole commit hash. */
    public static boolean isCommit(String ref) {
        boolean length = ref.length() == 40 || ref.length() == 64;
        return length && ref.chars().allMatch(c -> (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'));
    }
}
