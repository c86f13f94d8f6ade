package dev.jbuild.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RepositoriesTest {
    @TempDir
    private Path directory;

    private void repository(String name) throws IOException {
        Files.createFile(directory.resolve(name + ".lock"));
        Files.createDirectory(directory.resolve(name));
        Files.writeString(directory.resolve(name).resolve("HEAD"), "12345");
    }

    @Test
    void whatNobodyUsesIsDeleted() throws IOException {
        repository("a");
        assertThat(Repositories.deleteUnused(directory)).isEqualTo(5);
        assertThat(directory.resolve("a")).doesNotExist();
        assertThat(directory.resolve("a.lock")).exists();
        assertThat(Repositories.deleteUnused(directory)).isZero();
    }

    @Test
    void whatIsInUseStays() throws IOException {
        repository("a");
        try (FileChannel use = FileChannel.open(directory.resolve("a.lock"), StandardOpenOption.WRITE)) {
            assertThat(use.tryLock()).isNotNull();
            assertThat(Repositories.deleteUnused(directory)).isZero();
        }
        assertThat(directory.resolve("a/HEAD")).exists();
    }

    @Test
    void whereNothingWasFetched() throws IOException {
        assertThat(Repositories.deleteUnused(directory.resolve("none"))).isZero();
    }
}
