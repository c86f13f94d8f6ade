package dev.jbuild.graph;

import dev.jbuild.buildfile.Buildfile;
import dev.jbuild.oci.ContainerConfig;
import dev.jbuild.oci.DiffId;
import dev.jbuild.oci.Digest;
import dev.jbuild.oci.History;
import dev.jbuild.oci.ImageConfig;
import dev.jbuild.oci.ImageReference;
import dev.jbuild.oci.Platform;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.problem.RemoteError;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Graphs of Buildfiles for tests. */
final class Graphs {
    static final Platform AMD64 = new Platform("linux", "amd64");

    private Graphs() {}

    static BuildGraph build(String text) throws JbuildException {
        return build(text, new Images());
    }

    static BuildGraph build(String text, Bases bases) throws JbuildException {
        return build(text, GraphOptions.of(AMD64), bases);
    }

    static BuildGraph build(String text, GraphOptions options, Bases bases) throws JbuildException {
        return GraphBuilder.build(Buildfile.parse("Dockerfile", text), options, bases);
    }

    static BuildPlan plan(String text, List<Platform> platforms, Bases bases) throws JbuildException {
        GraphOptions options = new GraphOptions(
                Optional.empty(),
                Map.of(),
                Map.of(),
                Optional.empty(),
                AMD64,
                true,
                false,
                Set.of(),
                BuildfileOverrides.NONE);
        return GraphBuilder.plan(Buildfile.parse("Dockerfile", text), options, platforms, bases);
    }

    static GraphOptions target(String name) {
        return new GraphOptions(
                Optional.of(name),
                Map.of(),
                Map.of(),
                Optional.empty(),
                AMD64,
                false,
                false,
                Set.of(),
                BuildfileOverrides.NONE);
    }

    static GraphOptions args(Map<String, String> args) {
        return new GraphOptions(
                Optional.empty(),
                args,
                Map.of(),
                Optional.empty(),
                AMD64,
                false,
                false,
                Set.of(),
                BuildfileOverrides.NONE);
    }

    static List<String> names(BuildGraph graph) {
        return graph.vertices().stream().map(Vertex::name).toList();
    }

    static List<String> createdBy(BuildGraph graph) {
        return graph.history().stream().map(step -> step.entry().createdBy()).toList();
    }

    /** The only operation of a kind. */
    static <T extends Op> T only(BuildGraph graph, Class<T> kind) {
        List<T> found = graph.vertices().stream()
                .map(Vertex::op)
                .filter(kind::isInstance)
                .map(kind::cast)
                .toList();
        if (found.size() != 1) {
            throw new AssertionError(found.size() + " of " + kind + " in " + names(graph));
        }
        return found.get(0);
    }

    /** Images that were asked for, and answers to give. */
    static final class Images implements Bases {
        final List<String> asked = new ArrayList<>();
        final Map<String, ContainerConfig> configs = new HashMap<>();
        final Map<String, NamedContext> contexts = new HashMap<>();
        final Map<Op, Instant> times = new HashMap<>();

        Images with(String name, ContainerConfig config) {
            configs.put(ImageReference.parse(name).toString(), config);
            return this;
        }

        Images context(String name, NamedContext context) {
            contexts.put(name, context);
            return this;
        }

        @Override
        public Base resolve(ImageReference reference, Platform platform) throws RemoteError {
            asked.add(reference + " " + platform);
            if (reference.path().contains("missing")) {
                throw new RemoteError("no such image");
            }
            ContainerConfig config = configs.getOrDefault(
                    reference.toString(),
                    new ContainerConfig.Builder().env("PATH", "/bin").build());
            return base(reference, platform, config);
        }

        static Base base(ImageReference reference, Platform platform, ContainerConfig config) {
            Digest digest = Digest.sha256(reference.toString().getBytes(StandardCharsets.UTF_8));
            History history = new History(Optional.empty(), "base", "", "", false);
            ImageConfig image = new ImageConfig(
                    platform, Optional.empty(), "someone", config, List.of(new DiffId(digest)), List.of(history));
            return new Base(reference, digest, image);
        }

        @Override
        public Optional<NamedContext> named(String name, Platform platform) {
            return Optional.ofNullable(contexts.get(name));
        }

        @Override
        public Optional<Instant> time(Op source) {
            return Optional.ofNullable(times.get(source));
        }
    }
}
