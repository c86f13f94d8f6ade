package dev.jbuild.context.git;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A git repository for tests. */
final class TestRepository {
    final Path directory;

    TestRepository(Path directory, String format) throws IOException {
        this.directory = Files.createDirectories(directory);
        git("init", "--quiet", "--initial-branch=main", "--object-format=" + format);
        git("config", "user.name", "tester");
        git("config", "user.email", "tester@example.com");
        git("config", "uploadpack.allowAnySHA1InWant", "true");
    }

    private TestRepository(Path directory) {
        this.directory = directory;
    }

    /** One that is there already. */
    static TestRepository at(Path directory) {
        return new TestRepository(directory);
    }

    String remote() {
        return "file://" + directory;
    }

    TestRepository write(String path, String content) throws IOException {
        Path file = directory.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
        return this;
    }

    /** Commits everything and returns the commit's hash. */
    String commit(String message) throws IOException {
        git("add", "--all");
        git("commit", "--quiet", "--allow-empty", "-m", message);
        return git("rev-parse", "HEAD");
    }

    String git(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of("git", "-c", "protocol.file.allow=always"));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("GIT_"));
        builder.environment()
                .putAll(Map.of(
                        "GIT_COMMITTER_DATE", "1700000000 +0000",
                        "GIT_AUTHOR_DATE", "1600000000 +0000",
                        "GIT_CONFIG_GLOBAL", "/dev/null",
                        "GIT_CONFIG_NOSYSTEM", "1"));
        Process process = builder.redirectErrorStream(true).start();
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            if (process.waitFor() != 0) {
                throw new IOException(command + ": " + printed);
            }
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
        return printed.strip();
    }
}
