package dev.jbuild.image;

import java.util.List;

/**
 * Something that isn't as it should be in a store.
 *
 * @param what the thing, such as {@code layer sha256:…}
 * @param problems what is wrong with it, a sentence's end each
 * @param images the names of the images that need it, in order
 * @param outcome what became of it
 * @param how in what way it was repaired, or why it couldn't be; empty where there is nothing to say
 */
public record Finding(String what, List<String> problems, List<String> images, Outcome outcome, String how) {
    public Finding {
        problems = List.copyOf(problems);
        images = List.copyOf(images);
    }

    /** What became of it. */
    public enum Outcome {
        FOUND,
        REPAIRED,
        LOST
    }
}
