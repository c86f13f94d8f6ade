package dev.jbuild.graph;

import java.util.List;

/**
 * What a build does for all the platforms it is for.
 *
 * @param vertices those of all graphs, each once, inputs before those that use them
 * @param graphs one for each platform, in the order they were asked for; they share the vertices that do the same
 */
public record BuildPlan(List<Vertex> vertices, List<BuildGraph> graphs) {
    public BuildPlan {
        vertices = List.copyOf(vertices);
        graphs = List.copyOf(graphs);
    }

    static BuildPlan of(List<BuildGraph> graphs) {
        // Each graph has all that it needs in order, so that what follows only adds to it.
        return new BuildPlan(
                graphs.stream()
                        .flatMap(graph -> graph.vertices().stream())
                        .distinct()
                        .toList(),
                graphs);
    }
}
