package dev.jbuild.context.git;

import dev.jbuild.context.BuildSecrets;
import dev.jbuild.graph.GitAddress;
import dev.jbuild.graph.Op;
import dev.jbuild.problem.EnvironmentError;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.problem.RemoteError;
import dev.jbuild.problem.UserError;
import dev.jbuild.progress.Cancellation;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Files of git repositories. A ref is looked up once in the life of this object, which is that of a build. Safe for use
 * by many threads.
 */
public final class GitSource {
    private static final Pattern HEX = Pattern.compile("[a-fA-F0-9]+");
    private static final Pattern DEFAULT_BRANCH = Pattern.compile("refs/heads/(\\S+)");
    private static final Pattern PASSWORD = Pattern.compile("(?<=://)([^/:@]*):[^/@]*@");
    private static final Path ANYWHERE = Path.of("/");

    private final Path repositories;
    private final GitSettings settings;
    private final BuildSecrets secrets;
    private final Map<String, GitRef> found = new ConcurrentHashMap<>();
    private final Map<String, Object> locks = new ConcurrentHashMap<>();

    /** @param repositories where fetched repositories are kept */
    public GitSource(Path repositories, GitSettings settings, BuildSecrets secrets) {
        this.repositories = repositories;
        this.settings = settings;
        this.secrets = secrets;
    }

    /**
     * What a checkout gives, told apart from all others: an unchanged ref has the same key in each build.
     *
     * @throws JbuildException if the repository can't be reached, or has no such ref or another commit than was said
     */
    public String key(Op.Git op, Cancellation cancellation) throws JbuildException {
        GitRef ref = find(op, cancellation);
        StringBuilder key = new StringBuilder();
        if (op.keepGitDir() && op.subdir().isEmpty()) {
            key.append(ref.object()).append(" with history of ").append(shown(op.remote()));
            ref.name().ifPresent(name -> key.append(" as ").append(name));
        } else {
            key.append(ref.commit());
        }
        if (!op.subdir().isEmpty()) {
            key.append(" in ").append(op.subdir());
        }
        if (!op.submodules()) {
            key.append(" without submodules");
        }
        if (op.commitTimes()) {
            key.append(" with its time");
        }
        return key.toString();
    }

    /**
     * Puts the files into a directory.
     *
     * @param directory an empty one
     * @param scratch another empty one on the same file system
     */
    public void checkout(Op.Git op, Path directory, Path scratch, Cancellation cancellation) throws JbuildException {
        GitRef ref = find(op, cancellation);
        Work<GitRef> work = (git, repository) -> {
            new GitCheckout(op, ref, git, repository.directory(), scratch).into(directory);
            if (op.commitTimes()) {
                FileTimes.set(directory, repository.commitTime(ref));
            }
            return ref;
        };
        fetched(op, ref, work, cancellation);
    }

    /** When the commit was made. */
    public Instant commitTime(Op.Git op, Cancellation cancellation) throws JbuildException {
        GitRef ref = find(op, cancellation);
        return Instant.ofEpochSecond(fetched(op, ref, (git, repository) -> repository.commitTime(ref), cancellation));
    }

    private interface Work<T> {
        T run(GitProgram git, GitRepository repository) throws IOException, GitFailed, JbuildException;
    }

    private <T> T fetched(Op.Git op, GitRef ref, Work<T> work, Cancellation cancellation) throws JbuildException {
        GitProgram git = program(op, cancellation);
        try (GitRepository repository =
                GitRepository.open(repositories, op.remote(), ref.object(), git, cancellation)) {
            repository.fetch(ref);
            return work.run(git, repository);
        } catch (GitFailed e) {
            throw failure(op, e);
        } catch (IOException e) {
            throw new EnvironmentError(
                    "the git repository " + shown(op.remote()) + " can't be written to the store: " + e.getMessage(),
                    e);
        }
    }

    private GitProgram program(Op.Git op, Cancellation cancellation) throws JbuildException {
        Map<String, String> credentials = new GitCredentials(secrets).variables(op.remote());
        return GitProgram.find(settings, shown(op.remote()), credentials, cancellation);
    }

    private static RemoteError failure(Op.Git op, GitFailed e) {
        String what = "failed to fetch remote " + shown(op.remote()) + ": " + shown(e.reason());
        return e.isAboutAccess()
                ? new RemoteError(
                        what, e, "a private repository needs --secret id=GIT_AUTH_TOKEN,env=… or an SSH agent")
                : new RemoteError(what, e);
    }

    private GitRef find(Op.Git op, Cancellation cancellation) throws JbuildException {
        if (!op.checksum().isEmpty() && !HEX.matcher(op.checksum()).matches()) {
            throw new UserError("invalid checksum " + op.checksum() + " for Git URL, expected hex commit hash");
        }
        GitRef ref = GitAddress.isCommit(op.ref())
                ? GitRef.ofCommit(op.ref())
                : op.fetchByCommit() ? byChecksum(op) : lookedUp(op, cancellation);
        if (!op.checksum().isEmpty()) {
            ref.verify(op.checksum());
        }
        return ref;
    }

    private static GitRef byChecksum(Op.Git op) throws UserError {
        if (!GitAddress.isCommit(op.checksum())) {
            throw new UserError(
                    op.checksum().isEmpty()
                            ? "fetch-by-commit requires a checksum or a commit SHA ref"
                            : "fetch-by-commit requires a full commit SHA checksum, got \"" + op.checksum() + "\"");
        }
        return GitRef.ofCommit(op.checksum());
    }

    private GitRef lookedUp(Op.Git op, Cancellation cancellation) throws JbuildException {
        String address = op.remote() + "#" + op.ref();
        synchronized (locks.computeIfAbsent(address, none -> new Object())) {
            GitRef known = found.get(address);
            if (known == null) {
                known = lookUp(op, cancellation);
                found.put(address, known);
            }
            return known;
        }
    }

    private GitRef lookUp(Op.Git op, Cancellation cancellation) throws JbuildException {
        GitProgram git = program(op, cancellation);
        try {
            String ref = op.ref().isEmpty() ? defaultBranch(op, git) : op.ref();
            String printed = git.run(ANYWHERE, List.of("ls-remote", "--", op.remote(), ref, ref + "^{}"));
            return GitRef.find(ref, printed);
        } catch (GitFailed e) {
            throw failure(op, e);
        }
    }

    private static String defaultBranch(Op.Git op, GitProgram git) throws GitFailed, JbuildException {
        String printed = git.run(ANYWHERE, List.of("ls-remote", "--symref", "--", op.remote(), "HEAD"));
        Matcher branch = DEFAULT_BRANCH.matcher(printed);
        if (!branch.find()) {
            throw new UserError(
                    "could not find default branch for repository: " + shown(op.remote()),
                    "name a branch, tag or commit after #");
        }
        return "refs/heads/" + branch.group(1);
    }

    /** Without a password. */
    static String shown(String text) {
        return PASSWORD.matcher(text).replaceAll("$1:xxxxx@");
    }
}
