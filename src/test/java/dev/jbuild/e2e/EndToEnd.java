package dev.jbuild.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;

/** A store and a working directory for one test, and the check that nothing stays behind. */
@Tag("e2e")
@Tag("kernel")
abstract class EndToEnd {
    @TempDir
    Path temp;

    Program jbuild;

    @BeforeEach
    void makeStore() throws IOException {
        Files.createDirectory(temp.resolve("work"));
        jbuild = program("root");
    }

    /** The program with another store. */
    Program program(String store) {
        Program program = new Program(temp.resolve(store), work());
        return getClass().isAnnotationPresent(CalledInProcess.class) ? program.inProcess() : program;
    }

    Path work() {
        return temp.resolve("work");
    }

    /** Writes a file of the working directory. */
    Path write(String name, String text) {
        try {
            Path file = work().resolve(name);
            Files.createDirectories(file.getParent());
            return Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @AfterEach
    void nothingIsLeftBehind() throws IOException {
        assertThat(Files.readString(Path.of("/proc/self/mountinfo"))).doesNotContain(temp.toString());
        Program.shell("rm -rf '" + temp + "'/*");
    }
}
