package dev.jbuild.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeptDirectoriesTest {
    @TempDir
    private Path directory;

    private Path kept(String name) throws IOException {
        Path kept = Files.createDirectory(directory.resolve(name));
        Files.writeString(kept.resolve("HEAD"), "12345");
        KeptDirectories.noteUse(kept, "about " + name);
        return kept;
    }

    @Test
    void whatNobodyUsesIsTakenAway() throws IOException {
        kept("a");
        KeptDirectories.Kept found = KeptDirectories.list(directory).get(0);
        assertThat(found.about()).isEqualTo("about a");
        assertThat(found.isInUse()).isFalse();
        assertThat(found.moveTo(directory.resolve("trash"))).isTrue();
        assertThat(directory.resolve("trash/HEAD")).exists();
        assertThat(directory.resolve("a.lock")).exists();
        assertThat(found.moveTo(directory.resolve("again"))).isFalse();
    }

    @Test
    void whatIsInUseStaysEvenIfThisProcessUsesIt() throws IOException {
        Path a = kept("a");
        try (SharedFileLock.Hold hold =
                SharedFileLock.tryLock(KeptDirectories.lockFile(a), true).orElseThrow()) {
            assertThat(hold).isNotNull();
            KeptDirectories.Kept found = KeptDirectories.list(directory).get(0);
            assertThat(found.isInUse()).isTrue();
            assertThat(found.moveTo(directory.resolve("trash"))).isFalse();
        }
        assertThat(a.resolve("HEAD")).exists();
    }

    @Test
    void whatIsBeingMadeIsHeldByTheLockOfWhatItBecomes() throws IOException {
        Files.createDirectory(directory.resolve("b-0.new123"));
        KeptDirectories.Kept found = KeptDirectories.list(directory).get(0);
        try (SharedFileLock.Hold hold = SharedFileLock.tryLock(
                        KeptDirectories.lockFile(directory.resolve("b-0")), false)
                .orElseThrow()) {
            assertThat(hold).isNotNull();
            assertThat(found.isInUse()).isTrue();
        }
        assertThat(found.isInUse()).isFalse();
    }

    @Test
    void whereThereIsNothing() throws IOException {
        assertThat(KeptDirectories.list(directory.resolve("none"))).isEmpty();
    }
}
