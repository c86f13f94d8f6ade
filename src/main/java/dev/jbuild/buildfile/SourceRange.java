package dev.jbuild.buildfile;

/** Lines of a Buildfile, counted from 1, both ends included. */
public record SourceRange(int startLine, int endLine) {
    @Override
    public String toString() {
        return startLine == endLine ? "line " + startLine : "lines " + startLine + "-" + endLine;
    }
}
