package dev.jbuild.cli;

import dev.jbuild.config.EnvironmentVariable;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What surrounds the program: its three streams, the environment, the working directory, and which streams are terminals.
 *
 * @param terminals the numbers of the descriptors that are terminals, such as {@code 012}
 * @param width columns of the terminal
 * @param height lines of the terminal
 * @param home where this program is installed
 */
record Console(
        InputStream in,
        PrintStream out,
        PrintStream err,
        Map<String, String> environment,
        Path workingDirectory,
        Path home,
        String terminals,
        int width,
        int height) {
    private static final String USER_LC_ALL = "JBUILD_USER_LC_ALL";

    Console {
        environment = Map.copyOf(environment);
    }

    /** That of this process, as the launcher script describes it in system properties. */
    static Console ofProcess() {
        String[] size = System.getProperty("jbuild.terminal.size", "").split(" ", -1);
        return new Console(
                System.in,
                new PrintStream(new FileOutputStream(FileDescriptor.out), false, StandardCharsets.UTF_8),
                new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8),
                userEnvironment(System.getenv()),
                Path.of("").toAbsolutePath(),
                Path.of(System.getProperty("jbuild.home", ".")).toAbsolutePath(),
                System.getProperty("jbuild.terminals", ""),
                size.length == 2 ? positive(size[1], 80) : 80,
                size.length == 2 ? positive(size[0], 24) : 24);
    }

    /** The launcher needs a UTF-8 locale for the JVM and keeps the user's choice in another variable. */
    static Map<String, String> userEnvironment(Map<String, String> environment) {
        Map<String, String> users = new HashMap<>(environment);
        String own = users.remove(USER_LC_ALL);
        users.remove("LC_ALL");
        if (own != null) {
            users.put("LC_ALL", own);
        }
        return users;
    }

    private static int positive(String text, int otherwise) {
        try {
            int value = Integer.parseInt(text);
            return value > 0 ? value : otherwise;
        } catch (NumberFormatException e) {
            return otherwise;
        }
    }

    /** A variable's value, if it is set and not empty. */
    Optional<String> variable(EnvironmentVariable variable) {
        return variable.names().stream()
                .map(name -> environment.getOrDefault(name, ""))
                .filter(value -> !value.isEmpty())
                .findFirst();
    }

    boolean inputIsTerminal() {
        return terminals.contains("0");
    }

    boolean outputIsTerminal() {
        return terminals.contains("1");
    }

    boolean errorIsTerminal() {
        return terminals.contains("2");
    }

    /** A path of the command line, which is relative to the working directory. */
    Path resolve(String path) {
        return workingDirectory.resolve(path);
    }

    /** Whether people want to see colour on standard error. */
    boolean colour() {
        return errorIsTerminal()
                && variable(EnvironmentVariable.NO_COLOR).isEmpty()
                && !variable(EnvironmentVariable.TERM).orElse("").equals("dumb");
    }

    /** Whether standard error can be redrawn, and somebody watches. */
    boolean redrawable() {
        return errorIsTerminal()
                && !variable(EnvironmentVariable.TERM).orElse("dumb").equals("dumb")
                && variable(EnvironmentVariable.CI)
                        .filter(ci -> !ci.equals("false"))
                        .isEmpty();
    }
}
