package dev.jbuild.buildfile;

/**
 * A parser directive, such as {@code # syntax=…}.
 *
 * @param name in lower case
 * @param line counted from 1; 0 where it stood in a JSON document
 */
public record Directive(String name, String value, int line) {
    /** The value up to its first space. */
    public String firstWord() {
        int space = value.indexOf(' ');
        return space < 0 ? value : value.substring(0, space);
    }
}
