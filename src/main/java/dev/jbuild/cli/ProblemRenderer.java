package dev.jbuild.cli;

import dev.jbuild.problem.ExitCode;
import dev.jbuild.problem.JbuildException;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Says what went wrong: the place, one sentence, hints; and gives the exit code. */
final class ProblemRenderer {
    private final PrintStream err;

    ProblemRenderer(PrintStream err) {
        this.err = err;
    }

    /** A failure that jbuild can explain. */
    int failure(JbuildException e, boolean debug) {
        e.where().ifPresent(where -> ExcerptText.print(where, err));
        sentence(e.what(), e.hints());
        if (debug) {
            e.printStackTrace(err);
        }
        return e.exitCode();
    }

    /** Anything else is a mistake in jbuild. */
    int bug(Throwable e, boolean debug) {
        sentence(
                "jbuild failed where it should not: " + e,
                debug
                        ? List.of("please report this with the trace below")
                        : List.of("please report this; --debug shows where in the program it happened"));
        if (debug) {
            e.printStackTrace(err);
        }
        return ExitCode.ENGINE;
    }

    /** A command line that can't be read. */
    int usage(ParameterException e) {
        String command = e.getCommandLine().getCommandSpec().qualifiedName();
        sentence(reason(e), hints(e, command));
        return ExitCode.USAGE;
    }

    private static String reason(ParameterException e) {
        if (e instanceof UnmatchedArgumentException unmatched
                && !unmatched.getUnmatched().isEmpty()) {
            String first = unmatched.getUnmatched().get(0);
            if (first.startsWith("-") && first.length() > 1) {
                return "unknown flag: " + first.replaceFirst("=.*", "");
            }
            return e.getCommandLine().getParent() == null
                    ? "unknown command: " + first
                    : "one argument too many: " + first;
        }
        String message = String.valueOf(e.getMessage());
        if (e instanceof MissingParameterException) {
            return message.substring(0, 1).toLowerCase(Locale.ROOT) + message.substring(1);
        }
        return message;
    }

    private static List<String> hints(ParameterException e, String command) {
        String help = command + " --help shows what there is";
        if (e instanceof UnmatchedArgumentException unmatched) {
            List<String> near = unmatched.getSuggestions();
            if (!near.isEmpty()) {
                return List.of("did you mean " + near.get(0).strip() + "?", help);
            }
        }
        if (e instanceof MissingParameterException missing
                && missing.getMissing().stream().anyMatch(ArgSpec::isPositional)) {
            return List.of("call it as " + call(e.getCommandLine().getCommandSpec(), command), help);
        }
        return List.of(help);
    }

    /** The command with its arguments, and for a build the one that most mean. */
    private static String call(CommandSpec spec, String command) {
        String arguments = spec.positionalParameters().stream()
                .filter(parameter -> !parameter.hidden())
                .map(parameter ->
                        parameter.arity().min() == 0 ? "[" + parameter.paramLabel() + "]" : parameter.paramLabel())
                .collect(Collectors.joining(" "));
        String call = command + " [OPTIONS] " + arguments;
        return arguments.equals("CONTEXT") ? call + ", such as " + command + " . for the current directory" : call;
    }

    private void sentence(String what, List<String> hints) {
        err.println("ERROR: " + what);
        hints.forEach(hint -> err.println("hint: " + hint));
        err.flush();
    }
}
