package dev.jbuild.buildfile;

import java.util.List;

/**
 * A command in one of its two forms.
 *
 * @param words the words of the exec form; of the shell form its whole text as one word, or none
 * @param shell whether it is in shell form, to be run by the stage's shell
 */
public record CommandLine(List<String> words, boolean shell) {
    public CommandLine {
        words = List.copyOf(words);
    }
}
