package dev.jbuild.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PartFileTest {
    @TempDir
    Path directory;

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void twoCanWriteTheSameAtOnce() throws IOException {
        Path target = directory.resolve("a.tar");
        try (PartFile first = PartFile.of(target)) {
            Files.writeString(first.path(), "first");
            try (PartFile second = PartFile.of(target)) {
                Files.writeString(second.path(), "second");
                first.complete();
                assertThat(target).hasContent("first");
                second.complete();
            }
        }
        assertThat(target).hasContent("second");
        assertThat(names()).containsExactly("a.tar");
    }

    @Test
    void whatIsNotCompleteLeavesTheOldOne() throws IOException {
        Path target = Files.writeString(directory.resolve("a.tar"), "old");
        try (PartFile part = PartFile.of(target)) {
            Files.writeString(part.path(), "half");
        }
        assertThat(target).hasContent("old");
        assertThat(names()).containsExactly("a.tar");
    }

    @Test
    void whatADeadProcessLeftIsDeleted() throws Exception {
        Process dead = new ProcessBuilder("true").start();
        dead.waitFor();
        Files.createFile(directory.resolve(".a.tar." + dead.pid() + "-1.part"));
        Files.createFile(directory.resolve(".a.tar." + ProcessHandle.current().pid() + "-0.part"));
        Files.createFile(directory.resolve(".a.tar.mine.part"));
        Files.createFile(directory.resolve(".b.tar." + dead.pid() + "-1.part"));
        PartFile.of(directory.resolve("a.tar")).close();
        assertThat(names())
                .containsExactlyInAnyOrder(
                        ".a.tar." + ProcessHandle.current().pid() + "-0.part",
                        ".a.tar.mine.part",
                        ".b.tar." + dead.pid() + "-1.part");
    }

    @Test
    void aLinkStaysAndItsTargetIsReplaced() throws IOException {
        Path target = Files.writeString(directory.resolve("a.tar"), "old");
        Path link = Files.createSymbolicLink(directory.resolve("link"), target);
        try (PartFile part = PartFile.of(link)) {
            Files.writeString(part.path(), "new");
            part.complete();
        }
        assertThat(Files.isSymbolicLink(link)).isTrue();
        assertThat(target).hasContent("new");
    }
}
