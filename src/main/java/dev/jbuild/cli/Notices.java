package dev.jbuild.cli;

import dev.jbuild.problem.SourceExcerpt;
import dev.jbuild.progress.BuildEvent.Notice;
import dev.jbuild.progress.BuildEvent.VertexWarning;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Collects what a build wants to be known without stopping, to be said once at its end, as buildx does. */
final class Notices {
    private static final String YELLOW = "\u001b[33m";
    private static final String RESET = "\u001b[0m";

    private final boolean debug;
    private final boolean colour;
    private final List<Notice> notices = new ArrayList<>();
    /** By what they say, as several platforms may find the same. */
    private final Map<String, VertexWarning> warnings = new LinkedHashMap<>();

    /** @param debug whether to say all that is known of each */
    Notices(boolean debug, boolean colour) {
        this.debug = debug;
        this.colour = colour;
    }

    void add(Notice notice) {
        notices.add(notice);
    }

    void add(VertexWarning warning) {
        warnings.putIfAbsent(warning.text() + "\n" + warning.firstLine() + "-" + warning.lastLine(), warning);
    }

    void print(PrintStream out) {
        int count = notices.size() + warnings.size();
        if (count == 0) {
            return;
        }
        String expand = debug || warnings.isEmpty() ? "" : " (use jbuild --debug to expand)";
        String header = count + (count == 1 ? " warning" : " warnings") + " found" + expand + ":";
        out.println();
        out.println(" " + (colour ? YELLOW + header + RESET : header));
        for (Notice notice : notices) {
            out.println(" - " + notice.text());
            notice.details().forEach(detail -> out.println("   " + detail));
        }
        warnings.values().forEach(warning -> print(warning, out));
        notices.clear();
        warnings.clear();
    }

    private void print(VertexWarning warning, PrintStream out) {
        out.println(" - " + warning.text());
        if (!debug) {
            return;
        }
        out.println(warning.description());
        if (!warning.url().isEmpty()) {
            out.println("More info: " + warning.url());
        }
        List<String> lines = Arrays.asList(warning.source().text().split("\n", -1));
        ExcerptText.print(
                SourceExcerpt.of(warning.source().name(), lines, warning.firstLine(), warning.lastLine()), out);
        out.println();
    }
}
