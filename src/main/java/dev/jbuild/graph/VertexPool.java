package dev.jbuild.graph;

import dev.jbuild.oci.Platform;
import dev.jbuild.problem.SourceExcerpt;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The vertices made so far. Stages that do the same to the same share a vertex, so it is done once. */
final class VertexPool {
    private record Key(Op op, List<Vertex> inputs, boolean ignoreCache) {}

    private final Map<Key, Vertex> known = new HashMap<>();
    /** Inputs come before what uses them, because a vertex is made after its inputs. */
    private final List<Vertex> vertices = new ArrayList<>();

    private final Map<Vertex, Platform> processes = new HashMap<>();

    Vertex add(String name, Op op, List<Vertex> inputs, Optional<SourceExcerpt> source, boolean ignoreCache) {
        return known.computeIfAbsent(new Key(op, List.copyOf(inputs), ignoreCache), key -> {
            Vertex vertex = new Vertex("v" + vertices.size(), name, op, inputs, source, ignoreCache);
            vertices.add(vertex);
            return vertex;
        });
    }

    /** Notes what a vertex that runs a process runs on. */
    void runsOn(Optional<Vertex> process, Optional<Platform> platform) {
        if (process.isPresent() && platform.isPresent()) {
            processes.putIfAbsent(process.get(), platform.get());
        }
    }

    /** The vertices that run a process, with what they run on. */
    Map<Vertex, Platform> processes() {
        return Collections.unmodifiableMap(processes);
    }

    Vertex add(String name, Op op) {
        return add(name, op, List.of(), Optional.empty(), false);
    }

    Vertex buildContext() {
        return add("[internal] load build context", new Op.Context(""));
    }

    Vertex emptyTree() {
        return add("[internal] empty tree", new Op.Mkdir(false, "/"));
    }

    /** What these vertices need, themselves included, inputs first. */
    List<Vertex> neededFor(List<Vertex> roots) {
        Set<Vertex> needed = new HashSet<>();
        roots.forEach(root -> collect(root, needed));
        return vertices.stream().filter(needed::contains).toList();
    }

    private static void collect(Vertex vertex, Set<Vertex> needed) {
        List<Vertex> open = new ArrayList<>(List.of(vertex));
        while (!open.isEmpty()) {
            Vertex next = open.remove(open.size() - 1);
            if (needed.add(next)) {
                open.addAll(next.inputs());
            }
        }
    }
}
