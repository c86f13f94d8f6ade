package dev.jbuild.solver.copy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jbuild.buildfile.Buildfile;
import dev.jbuild.context.DirectoryContext;
import dev.jbuild.context.IgnoreFile;
import dev.jbuild.context.SourceTree;
import dev.jbuild.graph.Bases;
import dev.jbuild.graph.BuildGraph;
import dev.jbuild.graph.GraphBuilder;
import dev.jbuild.graph.GraphOptions;
import dev.jbuild.graph.Op;
import dev.jbuild.graph.Vertex;
import dev.jbuild.layer.ArchiveLimits;
import dev.jbuild.layer.IndexedTar;
import dev.jbuild.layer.LayerEntry;
import dev.jbuild.layer.LayerIndex;
import dev.jbuild.layer.LayerSummary;
import dev.jbuild.oci.ContainerConfig;
import dev.jbuild.oci.DiffId;
import dev.jbuild.oci.Digest;
import dev.jbuild.oci.ImageConfig;
import dev.jbuild.oci.ImageReference;
import dev.jbuild.oci.Platform;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.progress.Cancellation;
import dev.jbuild.snapshot.Capture;
import dev.jbuild.snapshot.Captured;
import dev.jbuild.snapshot.LayerScan;
import dev.jbuild.snapshot.LayerStack;
import dev.jbuild.snapshot.MergedView;
import dev.jbuild.snapshot.PlannedLayer;
import dev.jbuild.solver.StackTree;
import dev.jbuild.store.LayerStore.StoredLayer;
import dev.jbuild.store.Store;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Builds what has no RUN: each COPY, ADD and WORKDIR makes a layer in a directory of its own, with no store and no cache. */
final class Bench {
    private static final Platform PLATFORM = Platform.ofJvm("amd64");

    private static final long NEAR = 100;

    private final Path scratch;
    private int layers;
    /** What was packed last, upon which the next is written if it has much in common with it. */
    private Optional<IndexedTar> latest = Optional.empty();

    private LayerStack base = LayerStack.EMPTY;

    Bench(Path scratch) {
        this.scratch = scratch;
    }

    /** The layers that a base image other than scratch has. */
    void base(LayerStack stack) {
        base = stack;
    }

    Path newUpper() throws IOException {
        return Files.createDirectory(scratch.resolve("layer" + layers++));
    }

    LayerStack build(Path context, String dockerfile) throws Exception {
        Path file = context.resolve(dockerfile);
        DirectoryContext tree = DirectoryContext.open(context, IgnoreFile.find(context, Optional.of(file)));
        return build(tree, Buildfile.parse(dockerfile, Files.readAllBytes(file)));
    }

    LayerStack build(SourceTree context, Buildfile buildfile) throws Exception {
        BuildGraph graph = GraphBuilder.build(buildfile, GraphOptions.of(PLATFORM), new AnyBase());
        Map<Vertex, LayerStack> stacks = new HashMap<>();
        for (Vertex vertex : graph.vertices()) {
            stacks.put(vertex, step(vertex, context, stacks));
        }
        Vertex root = graph.root().orElse(null);
        return root == null ? LayerStack.EMPTY : stacks.getOrDefault(root, LayerStack.EMPTY);
    }

    /** The digest of the first copy. */
    String digest(SourceTree context, Buildfile buildfile) throws Exception {
        BuildGraph graph = GraphBuilder.build(buildfile, GraphOptions.of(PLATFORM), new AnyBase());
        for (Vertex vertex : graph.vertices()) {
            if (vertex.op() instanceof Op.Copy copy) {
                return CopyStep.select(copy, new StackTree(LayerStack.EMPTY), List.of(context))
                        .digest()
                        .toString();
            }
        }
        throw new AssertionError("nothing is copied");
    }

    private LayerStack step(Vertex vertex, SourceTree context, Map<Vertex, LayerStack> stacks) throws Exception {
        if (vertex.op() instanceof Op.Image) {
            return base;
        }
        if (vertex.op() instanceof Op.Mkdir mkdir) {
            LayerStack below = mkdir.hasBase() ? stack(vertex, 0, stacks) : LayerStack.EMPTY;
            Path upper = newUpper();
            return DirectoryStep.execute(mkdir, new StackTree(below), upper) ? captured(below, upper) : below;
        }
        if (vertex.op() instanceof Op.Copy copy) {
            LayerStack below = copy.hasBase() ? stack(vertex, 0, stacks) : LayerStack.EMPTY;
            return copy(copy, below, inputs(vertex, context, stacks));
        }
        return LayerStack.EMPTY;
    }

    private static LayerStack stack(Vertex vertex, int input, Map<Vertex, LayerStack> stacks) {
        return stacks.getOrDefault(vertex.inputs().get(input), LayerStack.EMPTY);
    }

    private static List<SourceTree> inputs(Vertex vertex, SourceTree context, Map<Vertex, LayerStack> stacks)
            throws Exception {
        List<SourceTree> inputs = new ArrayList<>();
        for (int i = 0; i < vertex.inputs().size(); i++) {
            boolean fromContext = vertex.inputs().get(i).op() instanceof Op.Context;
            inputs.add(fromContext ? context : new StackTree(stack(vertex, i, stacks)));
        }
        return inputs;
    }

    LayerStack copy(Op.Copy copy, LayerStack below, List<SourceTree> inputs) throws Exception {
        CopyStep step = CopyStep.select(copy, new StackTree(below), inputs);
        if (!step.digest().equals(step.digest())) {
            throw new AssertionError("the digest isn't stable");
        }
        Path upper = newUpper();
        step.execute(upper, ArchiveLimits.DEFAULT, new Cancellation());
        LayerStack captured = captured(below, upper);
        if (!step.unpacks()) {
            LayerIndex written =
                    captured.layers().get(captured.layers().size() - 1).index();
            packs(step, below, written);
        }
        return captured;
    }

    /** What is only planned comes out as what was written, but for the time when that was done. */
    private void packs(CopyStep step, LayerStack below, LayerIndex written) throws Exception {
        try (Store store = Store.open(scratch.resolve("store"))) {
            CopyStep.Planned planned = step.plan(Instant.now().getEpochSecond(), new Cancellation());
            IndexedTar tar = PlannedLayer.write(
                    planned.files(), planned.copied().contents(), below.view(), store.blobs(), latest);
            assertThat(tar.index().entries())
                    .usingElementComparator(Comparator.comparing(entry -> String.valueOf(withTimeOf(entry, written))))
                    .containsExactlyElementsOf(written.entries());
            assertThat(planned.copied().isIn(tar.index(), below.view())).isTrue();
            try (InputStream in = store.blobs().open(tar.summary().diffId().digest())) {
                assertThat(LayerScan.scan(in, MergedView.of(List.of()), ArchiveLimits.DEFAULT)
                                .tar())
                        .isEqualTo(tar);
            }
            latest = Optional.of(tar);
        }
    }

    private static LayerEntry withTimeOf(LayerEntry entry, LayerIndex written) {
        long other = written.find(entry.path()).map(LayerEntry::mtimeSeconds).orElse(0L);
        return Math.abs(other - entry.mtimeSeconds()) < NEAR ? entry.withMtimeSeconds(other) : entry;
    }

    LayerStack captured(LayerStack below, Path upper) throws JbuildException {
        Captured captured = Capture.capture(upper, below.view());
        return below.plus(new Made(upper, captured.summary(), captured.index()));
    }

    private record Made(Path directory, LayerSummary summary, LayerIndex index) implements StoredLayer {}

    private static final class AnyBase implements Bases {
        @Override
        public Base resolve(ImageReference reference, Platform platform) {
            ImageConfig config = new ImageConfig(
                    platform,
                    Optional.empty(),
                    "",
                    ContainerConfig.EMPTY,
                    List.of(new DiffId(Digest.sha256(new byte[0]))),
                    List.of());
            return new Base(reference, Digest.sha256(new byte[0]), config);
        }

        @Override
        public Optional<NamedContext> named(String name, Platform platform) {
            return Optional.empty();
        }
    }

    static List<String> paths(LayerStack stack) throws JbuildException {
        return stack.view().beneath(dev.jbuild.sys.RawPath.ROOT).stream()
                .map(found -> found.entry().path().toString())
                .toList();
    }
}
