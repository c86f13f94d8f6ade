package dev.jbuild.cli;

import dev.jbuild.problem.JbuildException;
import dev.jbuild.problem.UsageError;
import dev.jbuild.progress.Cancellation;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The flags that say how a process of a container is run, spelled as docker spells them. Filled by picocli. */
final class ProcessOptions {
    @Option(
            names = {"-i", "--interactive"},
            description = "Hand standard input to the command.")
    private boolean interactive;

    @Option(
            names = {"-t", "--tty"},
            description = "Hand the terminal to the command.")
    private boolean terminal;

    @Option(
            names = {"-e", "--env"},
            paramLabel = "NAME[=VALUE]",
            description = "Set a variable; without a value from the environment.")
    private List<String> env = new ArrayList<>();

    @Option(names = "--env-file", paramLabel = "FILE", description = "Set the variables that a file lists.")
    private List<String> envFiles = new ArrayList<>();

    @Option(
            names = {"-w", "--workdir"},
            paramLabel = "DIR",
            description = "The working directory.")
    private @Nullable String directory;

    @Option(
            names = {"-u", "--user"},
            paramLabel = "USER[:GROUP]",
            description = "The user, by name or number.")
    private @Nullable String user;

    boolean interactive() {
        return interactive;
    }

    boolean terminal() {
        return terminal;
    }

    Optional<String> directory() {
        return Optional.ofNullable(directory);
    }

    Optional<String> user() {
        return Optional.ofNullable(user);
    }

    /** Refuses to hand over a terminal that there isn't. */
    void check(Console console) throws UsageError {
        if (terminal && !console.inputIsTerminal()) {
            throw new UsageError("-t needs a terminal as standard input", "leave -t out");
        }
    }

    /** Set by an interrupt, which belongs to the command if that has the terminal. */
    Cancellation cancellation() {
        Cancellation cancellation = new Cancellation();
        if (terminal) {
            Interrupt.isIgnored();
        } else {
            Interrupt.cancels(cancellation);
        }
        return cancellation;
    }

    /** The variables, as {@code NAME=value}: those of the files first. */
    List<String> variables(Console console) throws JbuildException {
        List<String> entries = new ArrayList<>();
        for (String file : envFiles) {
            try {
                for (String line : Files.readAllLines(console.resolve(file), StandardCharsets.UTF_8)) {
                    if (!line.isBlank() && !line.startsWith("#")) {
                        entries.add(line.stripLeading());
                    }
                }
            } catch (IOException e) {
                throw new UsageError("--env-file " + file + " can't be read: " + e.getMessage());
            }
        }
        entries.addAll(env);
        List<String> variables = new ArrayList<>();
        for (String entry : entries) {
            if (entry.indexOf('=') > 0) {
                variables.add(entry);
            } else if (entry.indexOf('=') == 0) {
                throw new UsageError("-e " + entry + " has no name");
            } else if (console.environment().containsKey(entry)) {
                variables.add(entry + "=" + console.environment().get(entry));
            }
        }
        return variables;
    }
}
