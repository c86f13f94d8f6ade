package dev.jbuild.graph;

import dev.jbuild.oci.Platform;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;

/**
 * What a build does for all the platforms it is for.
 *
 * @param vertices those of all graphs, each once, inputs before those that use them
 * @param processes what the vertices that run a process run on
 * @param graphs one for each platform, in the order they were asked for; they share the vertices that do the same
 */
public record BuildPlan(List<Vertex> vertices, Map<Vertex, Platform> processes, List<BuildGraph> graphs) {
    public BuildPlan {
        vertices = List.copyOf(vertices);
        processes = Map.copyOf(processes);
        graphs = List.copyOf(graphs);
    }

    static BuildPlan of(List<BuildGraph> graphs, Map<Vertex, Platform> allProcesses) {
        // Each graph has all that it needs in order, so that what follows only adds to it.
        List<Vertex> vertices = graphs.stream()
                .flatMap(graph -> graph.vertices().stream())
                .distinct()
                .toList();
        Map<Vertex, Platform> processes = new HashMap<>(allProcesses);
        processes.keySet().retainAll(new HashSet<>(vertices));
        return new BuildPlan(vertices, processes, graphs);
    }
}
