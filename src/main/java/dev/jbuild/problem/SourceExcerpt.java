package dev.jbuild.problem;

import java.util.List;

/**
 * Lines of a source file that a problem is about.
 *
 * @param file the file as the user named it
 * @param firstLine the first line concerned, counted from 1
 * @param lastLine the last line concerned
 * @param context the lines to show, of which some may lie around the range
 * @param contextFirstLine the line number of the first of {@code context}
 */
public record SourceExcerpt(String file, int firstLine, int lastLine, List<String> context, int contextFirstLine) {
    public SourceExcerpt {
        context = List.copyOf(context);
    }

    /** An excerpt of {@code allLines} with up to two lines around a single line, and one around several. */
    public static SourceExcerpt of(String file, List<String> allLines, int firstLine, int lastLine) {
        int around = firstLine == lastLine ? 2 : 1;
        int from = Math.max(1, firstLine - around);
        int to = Math.min(allLines.size(), lastLine + around);
        List<String> shown = from > to ? List.of() : allLines.subList(from - 1, to);
        return new SourceExcerpt(file, firstLine, lastLine, shown, from);
    }
}
