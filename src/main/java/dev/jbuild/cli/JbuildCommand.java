package dev.jbuild.cli;

import dev.jbuild.problem.JbuildException;
import java.io.IOException;

/** One command of the program, filled by picocli from the command line. */
interface JbuildCommand {
    /** Does the work. Returns the exit code. */
    int run(Invocation invocation) throws JbuildException, IOException;
}
