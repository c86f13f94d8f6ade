package dev.jbuild.buildfile;

/** Something that the parser accepted but that should not be written. */
public record ParseWarning(Kind kind, String message, SourceRange range) {
    /** What is wrong. */
    public enum Kind {
        /** A blank line inside a continued instruction. */
        EMPTY_CONTINUATION
    }
}
