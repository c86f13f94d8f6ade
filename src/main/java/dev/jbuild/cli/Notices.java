package dev.jbuild.cli;

import dev.jbuild.progress.BuildEvent.Notice;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;

/** Collects what a build wants to be known without stopping, to be said once at its end. */
final class Notices {
    private final List<Notice> notices = new ArrayList<>();

    void add(Notice notice) {
        notices.add(notice);
    }

    void print(PrintStream out) {
        if (notices.isEmpty()) {
            return;
        }
        out.println();
        out.println(" " + notices.size() + (notices.size() == 1 ? " warning found:" : " warnings found:"));
        for (Notice notice : notices) {
            out.println(" - " + notice.text());
            notice.details().forEach(detail -> out.println("   " + detail));
        }
        notices.clear();
    }
}
