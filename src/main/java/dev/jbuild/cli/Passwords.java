package dev.jbuild.cli;

import dev.jbuild.problem.JbuildException;
import java.io.File;
import java.io.IOException;

/** Asks for a password at the terminal, which doesn't show what is typed. */
final class Passwords {
    private Passwords() {}

    static String ask(Console console) throws JbuildException {
        console.err().print("Password: ");
        console.err().flush();
        boolean hidden = echo(false);
        try {
            return LoginCommand.firstLine(console);
        } finally {
            if (hidden) {
                echo(true);
            }
            console.err().println();
        }
    }

    private static boolean echo(boolean shown) {
        try {
            Process stty = new ProcessBuilder("stty", shown ? "echo" : "-echo")
                    .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/tty")))
                    .redirectErrorStream(true)
                    .start();
            return stty.waitFor() == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
