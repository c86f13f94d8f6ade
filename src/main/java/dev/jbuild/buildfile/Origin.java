package dev.jbuild.buildfile;

import java.util.List;

/**
 * Where an instruction comes from.
 *
 * @param keyword the instruction's name as written, in whatever case
 * @param text the logical line as written, with continuation lines joined, trimmed
 * @param range the lines it takes, heredocs included
 * @param comments the comment lines directly above it, without their {@code #}
 */
public record Origin(String keyword, String text, SourceRange range, List<String> comments) {
    public Origin {
        comments = List.copyOf(comments);
    }
}
