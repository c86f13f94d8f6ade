package dev.jbuild.fs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeletionsTest {
    @TempDir
    Path base;

    private Path tree(String name) throws IOException {
        Path tree = Files.createDirectories(base.resolve(name));
        Files.createDirectories(tree.resolve("a/b/c"));
        Files.writeString(tree.resolve("a/b/file"), "content");
        return tree;
    }

    @Test
    void closingWaitsForAll() throws Exception {
        try (Deletions deletions = new Deletions("deletions")) {
            for (int i = 0; i < 50; i++) {
                deletions.delete(tree("tree" + i));
            }
        }
        assertThat(base).isEmptyDirectory();
    }

    @Test
    void interruptedClosingWaitsAllTheSameAndStaysInterrupted() throws Exception {
        Deletions deletions = new Deletions("deletions");
        deletions.delete(tree("tree"));
        Thread.currentThread().interrupt();
        deletions.close();
        assertThat(Thread.interrupted()).isTrue();
        assertThat(base).isEmptyDirectory();
    }

    @Test
    void worksOnAfterClosing() throws Exception {
        Deletions deletions = new Deletions("deletions");
        deletions.close();
        deletions.delete(tree("tree"));
        deletions.close();
        assertThat(base).isEmptyDirectory();
    }

    @Test
    void nothingThereIsNoError() {
        try (Deletions deletions = new Deletions("deletions")) {
            deletions.delete(base.resolve("absent"));
        }
        assertThat(base).isEmptyDirectory();
    }
}
