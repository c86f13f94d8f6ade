package dev.jbuild.solver;

import dev.jbuild.builds.FileListing;
import dev.jbuild.cache.CacheKey;
import dev.jbuild.context.SourceTree;
import dev.jbuild.graph.Op;
import dev.jbuild.layer.FileChanged;
import dev.jbuild.layer.IndexedTar;
import dev.jbuild.oci.Digest;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.progress.Cancellation;
import dev.jbuild.snapshot.LayerStack;
import dev.jbuild.snapshot.PackedLayers;
import dev.jbuild.snapshot.PlannedFile;
import dev.jbuild.snapshot.PlannedLayer;
import dev.jbuild.solver.copy.Copied;
import dev.jbuild.solver.copy.CopyStep;
import dev.jbuild.store.LayerStore.StoredLayer;
import dev.jbuild.store.LayerStore.WorkArea;
import dev.jbuild.store.StorageError;
import dev.jbuild.sys.RawPath;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** COPY and ADD: files put upon the root file system, by writing them into a diff directory; nothing is mounted. */
final class CopyVertexStep implements BuildSteps.LayerStep {
    private final String name;
    private final Op.Copy op;
    private final LayerStack base;
    private final CopyStep copy;
    private final boolean mounted;
    private boolean asKeyed = true;
    private final StepTools tools;

    /**
     * @param name of the vertex
     * @param mounted whether a process is to see the result, which needs its directory then
     */
    CopyVertexStep(String name, Op.Copy op, List<StepResult> inputs, StepTools tools, boolean mounted)
            throws JbuildException {
        this.name = name;
        this.op = op;
        this.tools = tools;
        this.mounted = mounted;
        this.base = op.hasBase() ? ((StepResult.Root) inputs.get(0)).stack() : LayerStack.EMPTY;
        this.copy = CopyStep.select(op, new StackTree(base), trees(inputs));
    }

    private static List<SourceTree> trees(List<StepResult> inputs) throws JbuildException {
        List<SourceTree> trees = new ArrayList<>();
        for (StepResult input : inputs) {
            trees.add(
                    input instanceof StepResult.Root root
                            ? new StackTree(root.stack())
                            : ((StepResult.Files) input).tree());
        }
        return trees;
    }

    @Override
    public CacheKey key(Cancellation cancellation) throws JbuildException {
        CacheKey.Builder key = CacheKey.of("copy", 2);
        if (!op.link()) {
            key.add("root", StepResult.Root.contentDigest(base).toString());
        }
        return key.add("sources", op.sources().stream().map(Op.Source::path).toList())
                .add("files", copy.digest().toString())
                .add("inline", op.inline())
                .add("destination", op.destination())
                .add("owner", op.owner().orElse(""))
                .add("mode", op.mode().orElse(""))
                .add("extract", op.sources().stream().map(Op.Source::extract).toList())
                .add("parents", op.parents())
                .add("excludes", op.excludes())
                .add("link", op.link())
                .build();
    }

    @Override
    public FileListing files() {
        return copy::files;
    }

    @Override
    public boolean isAsKeyed() {
        return asKeyed;
    }

    @Override
    public Optional<StoredLayer> run(StepEvents events, Cancellation cancellation) throws JbuildException {
        LayerStack below = op.link() ? LayerStack.EMPTY : base;
        if (!mounted && !copy.unpacks()) {
            Optional<StoredLayer> packed = pack(below, cancellation);
            if (packed.isPresent()) {
                return packed;
            }
        }
        try (WorkArea area = tools.store().layers().workArea()) {
            Copied copied = copy.execute(area.upper(), tools.store().limits(), cancellation);
            StoredLayer made = tools.capture(area, below);
            asKeyed = copied.isIn(made.index(), below.view());
            return Optional.of(made);
        }
    }

    /** Makes no more than the layer's tar; nothing if a file changes its length meanwhile, so that it must be copied first. */
    private Optional<StoredLayer> pack(LayerStack below, Cancellation cancellation) throws JbuildException {
        CopyStep.Planned planned = copy.plan(Instant.now().getEpochSecond(), cancellation);
        PackedLayers layers = new PackedLayers(tools.store());
        Digest line = line();
        Map<RawPath, Digest> contents = planned.copied().contents();
        Optional<IndexedTar> like = layers.like(line, sizes(planned.files(), contents));
        IndexedTar tar;
        try {
            tar = PlannedLayer.write(
                    planned.files(), contents, below.view(), tools.store().blobs(), like);
        } catch (FileChanged e) {
            return Optional.empty();
        } catch (IOException e) {
            cancellation.throwIfCancelled();
            throw StorageError.of("copying to " + op.destination() + " failed", e);
        }
        asKeyed = planned.copied().isIn(tar.index(), below.view());
        return Optional.of(layers.put(tar, line, like));
    }

    private static Map<Digest, Long> sizes(List<PlannedFile> files, Map<RawPath, Digest> contents) {
        Map<Digest, Long> sizes = new HashMap<>();
        for (PlannedFile file : files) {
            Digest content = contents.get(file.path());
            if (content != null && file.content().isPresent()) {
                sizes.put(content, file.content().get().size());
            }
        }
        return sizes;
    }

    /** Of the instruction whatever it copies: its last result is the likeliest to have much in common with the next. */
    private Digest line() {
        String text = String.join(
                "\n",
                name,
                op.destination(),
                op.owner().orElse(""),
                op.mode().orElse(""),
                String.valueOf(op.link()),
                op.sources().stream().map(Op.Source::path).toList().toString());
        return Digest.sha256(text.getBytes(StandardCharsets.UTF_8));
    }
}
