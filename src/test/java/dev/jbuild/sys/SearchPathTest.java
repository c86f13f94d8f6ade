package dev.jbuild.sys;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SearchPathTest {
    @TempDir
    Path directory;

    private Path program(String path, boolean executable) throws Exception {
        Path file = directory.resolve(path);
        Files.createDirectories(file.getParent());
        Files.createFile(file);
        assertThat(file.toFile().setExecutable(executable)).isTrue();
        return file;
    }

    @Test
    void theFirstAbsoluteDirectoryWithAProgramOfThatNameHasIt() throws Exception {
        Files.createDirectories(directory.resolve("a/tool"));
        program("b/tool", false);
        Path third = program("c/tool", true);
        program("d/tool", true);
        String all = ":relative:%1$s/none:%1$s/a:%1$s/b:%1$s/c:%1$s/d".formatted(directory);
        assertThat(SearchPath.find("tool", all)).contains(third);
        assertThat(SearchPath.find("other", all)).isEmpty();
        assertThat(SearchPath.find("tool", "")).isEmpty();
    }
}
