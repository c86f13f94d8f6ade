package dev.jbuild.graph;

import dev.jbuild.oci.ContainerConfig;
import dev.jbuild.oci.History;
import dev.jbuild.oci.ImageConfig;
import dev.jbuild.oci.Platform;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What the target of a build needs, and what its image will say.
 *
 * @param vertices all of them, inputs before those that use them
 * @param root the vertex whose result is the image's root file system; absent when it is empty (scratch)
 * @param requested the platform that this was asked for as
 * @param platform the platform of the result, which the base image may have made more exact
 * @param base the configuration of the image that the target is built on, with its history and layers
 * @param config the configuration of the result
 * @param author from MAINTAINER, or the base's
 * @param history what the build adds to the history of {@code base}
 * @param epoch the time that {@code SOURCE_DATE_EPOCH} sets for all that is made
 */
public record BuildGraph(
        List<Vertex> vertices,
        Optional<Vertex> root,
        Platform requested,
        Platform platform,
        ImageConfig base,
        ContainerConfig config,
        String author,
        List<Step> history,
        Optional<Instant> epoch) {
    public BuildGraph {
        vertices = List.copyOf(vertices);
        history = List.copyOf(history);
    }

    /** One instruction in the history; it is an empty layer when it has no vertex, or its vertex made no layer. */
    public record Step(History entry, Optional<Vertex> vertex) {}
}
