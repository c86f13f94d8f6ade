package dev.jbuild.engine;

import dev.jbuild.builds.BuildRecord;
import dev.jbuild.builds.RecordedStep;
import dev.jbuild.image.ImageLibrary;
import dev.jbuild.image.LocalImage;
import dev.jbuild.image.TransferProgress;
import dev.jbuild.oci.DiffId;
import dev.jbuild.oci.Digest;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.problem.UserError;
import dev.jbuild.progress.Cancellation;
import dev.jbuild.snapshot.LayerStack;
import dev.jbuild.solver.StepResult;
import dev.jbuild.store.LayerStore.StoredLayer;
import dev.jbuild.store.Store;
import java.util.List;
import java.util.Optional;

/**
 * The root file systems that the steps of an earlier build had, put together from the layers that the store still has. What
 * the record says of contents tells which input a step worked upon.
 */
final class RecordedStacks {
    private final Store store;
    private final ImageLibrary images;
    private final BuildRecord build;
    private final Cancellation cancellation;

    RecordedStacks(Store store, ImageLibrary images, BuildRecord build, Cancellation cancellation) {
        this.store = store;
        this.images = images;
        this.build = build;
        this.cancellation = cancellation;
    }

    /** What a step gave. */
    LayerStack after(RecordedStep step) throws JbuildException {
        Optional<LocalImage> image = image(step);
        if (image.isPresent()) {
            return images.unpack(image.get(), TransferProgress.NONE, cancellation);
        }
        LayerStack before = before(step);
        return step.layer().isEmpty() ? before : before.plus(layer(step.layer(), step));
    }

    /** What a step worked upon. */
    LayerStack before(RecordedStep step) throws JbuildException {
        if (step.preimage().isEmpty() && step.content().isEmpty()) {
            throw new UserError(
                    "#" + step.number() + " " + step.name() + " never began, so it has no files",
                    "jbuild builds show " + build.id() + " says which steps did");
        }
        Optional<UserError> gone = Optional.empty();
        for (RecordedStep input : inputs(step)) {
            try {
                // A context has no content, and what has none isn't a root file system.
                Optional<LayerStack> stack = input.content().isEmpty() ? Optional.empty() : Optional.of(after(input));
                if (stack.isPresent() && isBase(stack.get(), step)) {
                    return stack.get();
                }
            } catch (UserError e) {
                // It matters only if this is the one.
                gone = gone.or(() -> Optional.of(e));
            }
        }
        if (isBase(LayerStack.EMPTY, step)) {
            return LayerStack.EMPTY;
        }
        throw gone.orElseGet(() -> new UserError(
                "the files that #" + step.number() + " " + step.name() + " began with can't be found again",
                "build it once more"));
    }

    private List<RecordedStep> inputs(RecordedStep step) {
        return step.inputs().stream()
                .flatMap(input ->
                        build.steps().stream().filter(other -> other.vertex().equals(input)))
                .toList();
    }

    private boolean isBase(LayerStack candidate, RecordedStep step) throws JbuildException {
        String root = step.keyed().path("root").asText("");
        if (!root.isEmpty()) {
            return root.equals(StepResult.Root.contentDigest(candidate).toString());
        }
        LayerStack result = step.layer().isEmpty() ? candidate : candidate.plus(layer(step.layer(), step));
        return step.content().equals(StepResult.Root.contentDigest(result).toString());
    }

    private StoredLayer layer(String diffId, RecordedStep step) throws JbuildException {
        return store.layers()
                .find(DiffId.parse(diffId))
                .orElseThrow(() -> new UserError(
                        "the layer of #" + step.number() + " " + step.name() + " is gone from the store",
                        "build it once more"));
    }

    /** The image that a step of a build stands for. */
    Optional<LocalImage> image(RecordedStep step) throws JbuildException {
        int at = step.source().lastIndexOf("@sha256:");
        return at < 0 ? Optional.empty() : Optional.of(read(step.source(), at));
    }

    private LocalImage read(String source, int at) throws JbuildException {
        Digest manifest = Digest.parse(source.substring(at + 1));
        if (!store.blobs().has(manifest)) {
            throw new UserError("the image " + source + " is gone from the store", "get it with jbuild pull");
        }
        return images.read(manifest);
    }

    /** The image that a step is built upon; nothing if that is nothing. */
    Optional<LocalImage> base(RecordedStep step) throws JbuildException {
        Optional<LocalImage> image = image(step);
        List<RecordedStep> inputs = inputs(step);
        for (int i = 0; image.isEmpty() && i < inputs.size(); i++) {
            image = base(inputs.get(i));
        }
        return image;
    }
}
