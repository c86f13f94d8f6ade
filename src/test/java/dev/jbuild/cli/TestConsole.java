package dev.jbuild.cli;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** A console of which a test sees what was printed. */
final class TestConsole {
    final Map<String, String> environment = new HashMap<>();
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private Path directory = Path.of("").toAbsolutePath();
    private Path home = directory;
    private String terminals = "";
    private byte[] input = {};

    TestConsole in(Path workingDirectory) {
        directory = workingDirectory;
        home = workingDirectory;
        return this;
    }

    /** Where the program is installed, for what starts processes. */
    TestConsole home(Path distribution) {
        home = distribution;
        return this;
    }

    TestConsole terminals(String descriptors) {
        terminals = descriptors;
        return this;
    }

    TestConsole input(String text) {
        input = text.getBytes(StandardCharsets.UTF_8);
        return this;
    }

    TestConsole input(byte[] bytes) {
        input = bytes.clone();
        return this;
    }

    TestConsole env(String name, String value) {
        environment.put(name, value);
        return this;
    }

    Console console() {
        return new Console(
                new ByteArrayInputStream(input),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                environment,
                directory,
                home,
                terminals,
                80,
                24);
    }

    int run(String... args) {
        return new CommandTable(console()).run(args);
    }

    byte[] bytes() {
        return out.toByteArray();
    }

    String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    String err() {
        return err.toString(StandardCharsets.UTF_8);
    }
}
