package dev.jbuild.graph;

import dev.jbuild.problem.SourceExcerpt;
import java.util.List;
import java.util.Optional;

/**
 * One step of a build. Compared by identity.
 *
 * @param id unique in its graph
 * @param name what users read, such as {@code [build 2/4] RUN make}
 * @param ignoreCache never take the result from the cache ({@code --no-cache})
 */
@SuppressWarnings("ReferenceEquality")
public record Vertex(
        String id, String name, Op op, List<Vertex> inputs, Optional<SourceExcerpt> source, boolean ignoreCache) {
    public Vertex {
        inputs = List.copyOf(inputs);
    }

    @Override
    public boolean equals(Object other) {
        return this == other;
    }

    @Override
    public int hashCode() {
        return id.hashCode();
    }
}
