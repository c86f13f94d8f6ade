package dev.jbuild.graph;

import dev.jbuild.buildfile.Instruction;
import dev.jbuild.oci.Digest;
import dev.jbuild.problem.UserError;
import java.util.Optional;
import java.util.regex.Pattern;

/** Tells what sources of ADD lie outside of this machine, and what is done to get them. */
final class RemoteSources {
    /** What a file is called whose address says no name. */
    private static final String UNNAMED = "__unnamed__";

    private static final String UNSAFE = "download";
    private static final Pattern ALGORITHM = Pattern.compile("[a-z0-9]+(?:[.+_-][a-z0-9]+)*");

    private RemoteSources() {}

    /** Whether a source is a file or a repository somewhere else, rather than a path. */
    static boolean isRemote(String source) throws UserError {
        return isHttp(source) || GitAddress.parse(source).isPresent();
    }

    private static boolean isHttp(String source) {
        return source.startsWith("http://") || source.startsWith("https://");
    }

    /** Refuses what COPY can't take. */
    static void refuseForCopy(String source) throws UserError {
        if (GitAddress.parse(source).isPresent()) {
            throw new UserError("source can't be a git ref for COPY");
        }
        if (isHttp(source)) {
            throw new UserError("source can't be a URL for COPY");
        }
    }

    /** How a source of ADD is got; nothing for one in the build context. */
    static Optional<Op> operation(String source, Instruction.Add add) throws UserError {
        Optional<GitAddress> repository = GitAddress.parse(source);
        if (repository.isPresent()) {
            return Optional.of(git(repository.get(), add));
        }
        return isHttp(source) ? Optional.of(http(source, add.checksum())) : Optional.empty();
    }

    private static Op.Git git(GitAddress address, Instruction.Add add) throws UserError {
        Optional<Boolean> keep = add.keepGitDir();
        if (keep.isPresent() && address.keepGitDir().isPresent() && !keep.equals(address.keepGitDir())) {
            throw new UserError("inconsistent keep-git-dir configuration");
        }
        String given = add.checksum().orElse("");
        if (!given.isEmpty() && !address.checksum().isEmpty() && !given.equals(address.checksum())) {
            throw new UserError(
                    "checksum mismatch " + GoFormat.quote(given) + " != " + GoFormat.quote(address.checksum()));
        }
        return Op.Git.of(address)
                .with(
                        address.keepGitDir().or(() -> keep).orElse(false),
                        address.checksum().isEmpty() ? given : address.checksum());
    }

    private static Op.Http http(String url, Optional<String> checksum) throws UserError {
        String name = AddressParts.split(url).fileName();
        Optional<Digest> digest = checksum.isEmpty() ? Optional.empty() : Optional.of(digest(checksum.get()));
        return new Op.Http(url, safeName(name.isEmpty() ? UNNAMED : name), digest);
    }

    /** A name that can be given to a file, whatever an address says. */
    private static String safeName(String name) {
        String trimmed = name.strip();
        boolean unsafe = trimmed.isEmpty()
                || trimmed.equals(".")
                || trimmed.equals("..")
                || trimmed.chars().anyMatch(Character::isISOControl);
        return unsafe ? UNSAFE : trimmed;
    }

    private static Digest digest(String checksum) throws UserError {
        int colon = checksum.indexOf(':');
        if (colon <= 0 || !ALGORITHM.matcher(checksum.substring(0, colon)).matches()) {
            throw new UserError("invalid checksum digest format: " + GoFormat.quote(checksum), "write it as sha256:…");
        }
        String algorithm = checksum.substring(0, colon);
        if (!algorithm.equals("sha256") && !algorithm.equals("sha512")) {
            throw new UserError(
                    "unsupported digest algorithm: " + GoFormat.quote(algorithm), "known are sha256 and sha512");
        }
        try {
            return Digest.parse(checksum);
        } catch (IllegalArgumentException e) {
            throw new UserError("invalid checksum digest length or digits: " + GoFormat.quote(checksum), e);
        }
    }
}
