package dev.jbuild.graph;

import dev.jbuild.buildfile.Buildfile;
import dev.jbuild.problem.JbuildException;

/** Makes the graph of a build: the one entry to this room. */
public final class GraphBuilder {
    private GraphBuilder() {}

    /** The graph of what the target needs. Asks for those base images only that it needs. */
    public static BuildGraph build(Buildfile buildfile, GraphOptions options, Bases bases) throws JbuildException {
        throw new UnsupportedOperationException(buildfile.fileName() + options + bases);
    }
}
