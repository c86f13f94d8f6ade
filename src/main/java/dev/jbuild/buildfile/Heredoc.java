package dev.jbuild.buildfile;

import java.util.regex.Pattern;

/**
 * A here-document: its opening word and the lines below it.
 *
 * @param name the word that ends it, which is also the name of the file it makes
 * @param fileDescriptor the number before {@code <<}, 0 when there is none
 * @param expand whether variables in the content are expanded: no part of the word was quoted
 * @param chomp whether leading tabs are to be dropped ({@code <<-}); {@code content} still has them
 * @param content the lines as written, with their line ends
 */
public record Heredoc(String name, int fileDescriptor, boolean expand, boolean chomp, String content) {
    private static final Pattern LEADING_TABS = Pattern.compile("(?<![^\n])\t+");

    /** The content, without leading tabs if these are to be dropped. */
    public String text() {
        return chomp ? LEADING_TABS.matcher(content).replaceAll("") : content;
    }

    Heredoc withContent(String other) {
        return new Heredoc(name, fileDescriptor, expand, chomp, other);
    }
}
