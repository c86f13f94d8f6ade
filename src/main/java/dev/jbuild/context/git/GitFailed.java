package dev.jbuild.context.git;

import java.util.List;
import java.util.Locale;

/** The git program ended with a failure; the message is what it printed. */
final class GitFailed extends Exception {
    private static final long serialVersionUID = 1;

    GitFailed(String printed) {
        super(printed);
    }

    /** Whether it failed because the other side can't give a part of the history only. */
    boolean isAboutDepth() {
        return contains("--depth") || contains("shallow");
    }

    private boolean contains(String text) {
        return String.valueOf(getMessage()).contains(text);
    }

    boolean isAboutAccess() {
        return contains("could not read Username")
                || contains("Authentication failed")
                || contains("Permission denied")
                || contains("terminal prompts disabled");
    }

    /** The lines that say why, as one. */
    String reason() {
        List<String> lines =
                String.valueOf(getMessage()).lines().map(String::strip).toList();
        List<String> telling = lines.stream()
                .filter(line -> line.toLowerCase(Locale.ROOT).matches("(fatal|error|remote):.*"))
                .toList();
        List<String> shown = telling.isEmpty() ? lines : telling;
        String reason = String.join("; ", shown.subList(Math.max(0, shown.size() - 3), shown.size()));
        return reason.isEmpty() ? "git said nothing" : reason;
    }
}
