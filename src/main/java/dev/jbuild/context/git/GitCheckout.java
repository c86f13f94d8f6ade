package dev.jbuild.context.git;

import dev.jbuild.graph.Op;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.problem.UserError;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The files of a commit, being put into a directory. */
final class GitCheckout {
    private static final String GIT = ".git";

    private final Op.Git op;
    private final GitRef ref;
    private final GitProgram git;
    private final Path repository;
    private final Path scratch;

    /**
     * @param repository a bare one that has the commit
     * @param scratch an empty directory on the same file system as where files go, for what is not to stay
     */
    GitCheckout(Op.Git op, GitRef ref, GitProgram git, Path repository, Path scratch) {
        this.op = op;
        this.ref = ref;
        this.git = git;
        this.repository = repository;
        this.scratch = scratch;
    }

    void into(Path directory) throws IOException, GitFailed, JbuildException {
        if (!op.subdir().isEmpty()) {
            Path all = Files.createDirectory(scratch.resolve("files"));
            withoutHistory(all);
            move(subdirectory(all), directory);
        } else if (op.keepGitDir()) {
            withHistory(directory);
        } else {
            withoutHistory(directory);
        }
    }

    /** Uses a repository that borrows all objects, so that neither its index nor its settings outlive the checkout. */
    private void withoutHistory(Path directory) throws IOException, GitFailed, JbuildException {
        Path borrowing = Files.createDirectory(scratch.resolve("git"));
        git.run(borrowing, List.of("init", "--quiet", "--bare", "--template=", format(), "."));
        Files.createDirectories(borrowing.resolve("objects/info"));
        Files.writeString(
                borrowing.resolve("objects/info/alternates"),
                repository.resolve("objects") + "\n",
                StandardCharsets.UTF_8);
        if (Files.exists(repository.resolve("shallow"))) {
            Files.copy(repository.resolve("shallow"), borrowing.resolve("shallow"));
        }
        List<String> there = List.of("--git-dir=" + borrowing, "--work-tree=" + directory);
        run(directory, there, "read-tree", "--reset", "-u", ref.object() + "^{commit}");
        if (op.submodules()) {
            updateSubmodules(directory, there);
            removeLinks(directory);
        }
    }

    private String format() {
        return "--object-format=" + (ref.object().length() == 64 ? "sha256" : "sha1");
    }

    private void updateSubmodules(Path directory, List<String> there) throws IOException, GitFailed, JbuildException {
        if (!Files.exists(directory.resolve(".gitmodules"), LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        List<String> options = new ArrayList<>(there);
        options.addAll(0, List.of("-c", "remote.origin.url=" + op.remote()));
        try {
            run(directory, options, "submodule", "--quiet", "update", "--init", "--recursive", "--depth=1");
        } catch (GitFailed e) {
            if (!e.isAboutDepth()) {
                throw e;
            }
            run(directory, options, "submodule", "--quiet", "update", "--init", "--recursive");
        }
    }

    /** Submodules say in files called {@code .git} where their repositories are, which won't be there any more. */
    private static void removeLinks(Path directory) throws IOException {
        Files.walkFileTree(directory, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                if (file.getFileName().toString().equals(GIT)) {
                    Files.delete(file);
                }
                return FileVisitResult.CONTINUE;
            }
        });
    }

    /** As a clone of depth 1 of the address would be. */
    private void withHistory(Path directory) throws IOException, GitFailed, JbuildException {
        List<String> there = List.of("--git-dir=" + directory.resolve(GIT), "--work-tree=" + directory);
        run(directory, List.of(), "init", "--quiet", "--template=", format(), ".");
        String refspec = GitRepository.localName(ref)
                + ref.name().map(name -> ":" + name).orElse("");
        run(
                directory,
                there,
                "fetch",
                "--quiet",
                "-u",
                "--no-tags",
                "--depth=1",
                "--",
                "file://" + repository,
                refspec);
        run(directory, there, "checkout", "--quiet", "--detach", ref.object() + "^{commit}");
        run(directory, there, "config", "remote.origin.url", GitSource.shown(op.remote()));
        run(directory, there, "config", "remote.origin.fetch", "+refs/heads/*:refs/remotes/origin/*");
        run(directory, there, "reflog", "expire", "--all", "--expire=now");
        Files.deleteIfExists(directory.resolve(GIT).resolve("FETCH_HEAD"));
        if (op.submodules()) {
            updateSubmodules(directory, there);
        }
    }

    private void run(Path directory, List<String> there, String... arguments) throws GitFailed, JbuildException {
        List<String> command = new ArrayList<>(there);
        command.addAll(List.of(arguments));
        git.run(directory, command);
    }

    /** No part of the path may be a symlink, which could lead anywhere. */
    private Path subdirectory(Path all) throws UserError {
        Path at = all;
        for (String segment : op.subdir().split("/", -1)) {
            at = at.resolve(segment);
            if (!Files.isDirectory(at, LinkOption.NOFOLLOW_LINKS)) {
                throw new UserError(
                        "invalid subdir " + op.subdir() + ": the git repository has no directory " + all.relativize(at)
                                + " at " + op.refOrDefault(),
                        "check the spelling; a symlink can't be followed");
            }
        }
        return at;
    }

    private static void move(Path from, Path to) throws IOException {
        List<Path> children;
        try (Stream<Path> list = Files.list(from)) {
            children = list.toList();
        }
        for (Path child : children) {
            Files.move(child, to.resolve(child.getFileName()));
        }
    }
}
