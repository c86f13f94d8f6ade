package dev.jbuild.cli;

import dev.jbuild.problem.SourceExcerpt;
import java.io.PrintStream;
import java.util.Locale;

/** Shows lines of a source file, those concerned marked, as BuildKit does. */
final class ExcerptText {
    private static final String RULE = "--------------------";

    private ExcerptText() {}

    static void print(SourceExcerpt where, PrintStream out) {
        out.println(where.file() + ":" + where.firstLine());
        out.println(RULE);
        int number = where.contextFirstLine();
        for (String line : where.context()) {
            boolean marked = number >= where.firstLine() && number <= where.lastLine();
            out.println(String.format(Locale.ROOT, " %3d | %s %s", number, marked ? ">>>" : "   ", line));
            number++;
        }
        out.println(RULE);
    }
}
