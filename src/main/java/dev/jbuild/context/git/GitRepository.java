package dev.jbuild.context.git;

import dev.jbuild.oci.Digest;
import dev.jbuild.problem.BuildCancelled;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.progress.Cancellation;
import dev.jbuild.store.KeptDirectories;
import dev.jbuild.store.SharedFileLock;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The store's own bare repository of what was fetched from one address, so that the next commit costs only what is new.
 * While this is open no other build, of this process or another, changes it.
 */
final class GitRepository implements AutoCloseable {
    private static final long POLL_MILLIS = 50;
    private static final String ALL = "refs/jbuild/all/";

    private final Path directory;
    private final String remote;
    private final GitProgram git;
    private final SharedFileLock.Hold lock;

    private GitRepository(Path directory, String remote, GitProgram git, SharedFileLock.Hold lock) {
        this.directory = directory;
        this.remote = remote;
        this.git = git;
        this.lock = lock;
    }

    /**
     * Opens the repository of an address, making it if there is none.
     *
     * @param root the directory of all of them
     * @param like a hash of the repository, whose length tells its kind
     */
    static GitRepository open(Path root, String remote, String like, GitProgram git, Cancellation cancellation)
            throws IOException, GitFailed, JbuildException {
        String format = like.length() == 64 ? "sha256" : "sha1";
        String name = Digest.sha256((format + " " + remote).getBytes(StandardCharsets.UTF_8))
                .hex()
                .substring(0, 32);
        Files.createDirectories(root);
        Path directory = root.resolve(name);
        GitRepository repository =
                new GitRepository(directory, remote, git, lock(KeptDirectories.lockFile(directory), cancellation));
        try {
            repository.prepare(format);
            KeptDirectories.noteUse(directory, GitSource.shown(remote));
            return repository;
        } catch (IOException | GitFailed | JbuildException | RuntimeException e) {
            repository.close();
            throw e;
        }
    }

    private static SharedFileLock.Hold lock(Path file, Cancellation cancellation) throws IOException, JbuildException {
        while (true) {
            Optional<SharedFileLock.Hold> lock = SharedFileLock.tryLock(file, false);
            if (lock.isPresent()) {
                return lock.get();
            }
            cancellation.throwIfCancelled();
            try {
                Thread.sleep(POLL_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new BuildCancelled();
            }
        }
    }

    private void prepare(String format) throws IOException, GitFailed, JbuildException {
        if (!Files.exists(directory.resolve("HEAD"))) {
            Files.createDirectories(directory);
            git.run(directory, List.of("init", "--quiet", "--bare", "--template=", "--object-format=" + format, "."));
        }
        // Left behind by a fetch that was killed.
        Files.deleteIfExists(directory.resolve("shallow.lock"));
    }

    Path directory() {
        return directory;
    }

    /** Makes sure that a ref's object is here, and can be fetched from here by the name {@link #localName}. */
    void fetch(GitRef ref) throws GitFailed, JbuildException {
        if (!has(ref.object())) {
            fetchMissing(ref);
        }
        run("update-ref", localName(ref), ref.object());
    }

    static String localName(GitRef ref) {
        return "refs/jbuild/" + ref.object();
    }

    private boolean has(String object) throws JbuildException {
        try {
            run("cat-file", "-e", object + "^{commit}");
            return true;
        } catch (GitFailed e) {
            return false;
        }
    }

    private void fetchMissing(GitRef ref) throws GitFailed, JbuildException {
        Optional<String> name = ref.name();
        if (name.isPresent()) {
            fetchShallow("+" + name.get() + ":refs/jbuild/newest");
            if (has(ref.object())) {
                return;
            }
        }
        // Either a commit was named, or the ref has moved since it was looked up.
        try {
            fetchShallow(ref.object());
        } catch (GitFailed e) {
            // Many servers give commits only that a ref names.
        }
        if (!has(ref.object())) {
            fetchEverything();
        }
        if (!has(ref.object())) {
            throw new GitFailed("fatal: the repository has no commit " + ref.object());
        }
    }

    private void fetchShallow(String refspec) throws GitFailed, JbuildException {
        try {
            run("fetch", "--quiet", "--no-tags", "--depth=1", "--", remote, refspec);
        } catch (GitFailed e) {
            if (!e.isAboutDepth()) {
                throw e;
            }
            run("fetch", "--quiet", "--no-tags", "--", remote, refspec);
        }
    }

    private void fetchEverything() throws GitFailed, JbuildException {
        List<String> command = new ArrayList<>(List.of("fetch", "--quiet", "--no-tags", "--prune"));
        if (Files.exists(directory.resolve("shallow"))) {
            command.add("--unshallow");
        }
        command.addAll(List.of("--", remote, "+refs/heads/*:" + ALL + "heads/*", "+refs/tags/*:" + ALL + "tags/*"));
        git.run(directory, inHere(command));
    }

    private String run(String... arguments) throws GitFailed, JbuildException {
        return git.run(directory, inHere(List.of(arguments)));
    }

    private List<String> inHere(List<String> arguments) {
        List<String> command = new ArrayList<>(List.of("--git-dir=" + directory));
        command.addAll(arguments);
        return command;
    }

    /** When a commit was made, in seconds. */
    long commitTime(GitRef ref) throws GitFailed, JbuildException {
        String printed = run("log", "-1", "--no-show-signature", "--format=%ct", ref.object() + "^{commit}");
        return Long.parseLong(printed.strip());
    }

    @Override
    public void close() {
        lock.close();
    }
}
