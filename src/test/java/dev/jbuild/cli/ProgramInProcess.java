package dev.jbuild.cli;

import java.nio.file.Path;
import java.util.Map;

/** The whole program, called in the process of a test: what starting it costs is saved, what it does is the same. */
public final class ProgramInProcess {
    private final TestConsole console;

    /**
     * @param distribution the packaged program, for what starts processes
     * @param directory where it is called
     */
    public ProgramInProcess(Path distribution, Path directory, Map<String, String> environment, byte[] input) {
        console = new TestConsole().in(directory).home(distribution).input(input);
        console.environment.putAll(environment);
    }

    /** Returns the exit status. */
    public int run(String... args) {
        return console.run(args);
    }

    /** Standard output. */
    public byte[] out() {
        return console.bytes();
    }

    /** Standard error. */
    public String err() {
        return console.err();
    }
}
