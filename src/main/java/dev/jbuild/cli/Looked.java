package dev.jbuild.cli;

import dev.jbuild.engine.Engine;
import dev.jbuild.image.ImageAddress;
import dev.jbuild.image.ImageInputs;
import dev.jbuild.image.ReadableImage;
import dev.jbuild.inspect.ImageFacts;
import dev.jbuild.layer.EntryType;
import dev.jbuild.layer.LayerIndex;
import dev.jbuild.oci.DiffId;
import dev.jbuild.oci.Platform;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.problem.UsageError;
import dev.jbuild.problem.UserError;
import dev.jbuild.progress.Cancellation;
import dev.jbuild.snapshot.MergedView;
import dev.jbuild.snapshot.MergedView.Found;
import dev.jbuild.sys.RawPath;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * An image, or one of its layers, that a command looks into.
 *
 * @param layer the number of the layer, if one was asked for
 * @param view the tree that is looked at
 */
record Looked(ReadableImage image, OptionalInt layer, MergedView view) implements AutoCloseable {
    /** Opens an image that is given as {@code IMAGE} or {@code IMAGE@LAYER}. */
    static Looked open(Invocation invocation, Engine engine, String text, Optional<String> platform)
            throws JbuildException {
        Console console = invocation.console();
        Opening opening = new Opening(
                engine.inputs(console.workingDirectory(), console.in()),
                invocation.platform(platform),
                Invocation.interruptible());
        int at = text.lastIndexOf('@');
        String selector = at < 0 ? "" : text.substring(at + 1);
        if (!selector.matches("-?[0-9]{1,4}|[0-9a-f]{7,64}|sha256:[0-9a-f]{4,64}")) {
            return whole(opening.open(text));
        }
        boolean maybeDigest = selector.length() == "sha256:".length() + 64;
        if (maybeDigest) {
            try {
                return whole(opening.open(text));
            } catch (UserError e) {
                return layer(opening.open(text.substring(0, at)), selector);
            }
        }
        return layer(opening.open(text.substring(0, at)), selector);
    }

    /** Opens an image of which no single layer may be asked for. */
    static Looked openWhole(Invocation invocation, Engine engine, String text, Optional<String> platform)
            throws JbuildException {
        Looked looked = open(invocation, engine, text, platform);
        if (looked.layer().isPresent()) {
            looked.close();
            throw new UsageError("\"" + text + "\" is one layer", "leave out what stands behind the last @");
        }
        return looked;
    }

    /** How images are opened for one command. */
    private record Opening(ImageInputs inputs, Platform platform, Cancellation cancellation) {
        ReadableImage open(String text) throws JbuildException {
            return inputs.open(ImageAddress.parse(text), platform, cancellation);
        }
    }

    private static Looked whole(ReadableImage image) {
        return new Looked(image, OptionalInt.empty(), image.view());
    }

    private static Looked layer(ReadableImage image, String selector) throws UserError {
        try {
            int number = number(image, selector);
            MergedView view = MergedView.ofLayer(image.indexes().get(number), number);
            return new Looked(image, OptionalInt.of(number), view);
        } catch (UserError e) {
            image.close();
            throw e;
        }
    }

    private static int number(ReadableImage image, String selector) throws UserError {
        List<DiffId> ids = image.image().config().diffIds();
        if (selector.matches("-?[0-9]{1,4}")) {
            int said = Integer.parseInt(selector);
            int number = said < 0 ? ids.size() + said : said;
            if (number >= 0 && number < ids.size()) {
                return number;
            }
            throw new UserError("there is no layer " + selector + ": the image has " + ids.size()
                    + ", counted from 0 at the bottom");
        }
        String prefix = selector.startsWith("sha256:") ? selector : "sha256:" + selector;
        for (int i = 0; i < ids.size(); i++) {
            if (ids.get(i).toString().startsWith(prefix)) {
                return i;
            }
        }
        throw new UserError("the image has no layer " + selector, "its layers are listed by: jbuild layers IMAGE");
    }

    /** The layers up to the one that was asked for; all without one. */
    List<LayerIndex> stack() {
        List<LayerIndex> all = image.indexes();
        return layer.isPresent() ? all.subList(0, layer.getAsInt() + 1) : all;
    }

    /** What reports need to know of the image. */
    ImageFacts facts() {
        return new ImageFacts(
                image.image().id(),
                image.image().target(),
                image.image().config(),
                image.names(),
                image.layerSizes(),
                Optional.empty());
    }

    /**
     * What is at a path.
     *
     * @param follow whether a symlink at its end is followed; those on the way are
     * @throws UserError if there is nothing
     */
    Found find(RawPath path, boolean follow) throws UserError {
        RawPath resolved = view.resolve(path, follow);
        Optional<Found> found = view.find(resolved);
        if (found.isEmpty() || (found.get().entry().type() == EntryType.WHITEOUT && layer.isEmpty())) {
            String way = resolved.equals(path) ? "" : " (which leads to /" + resolved + ")";
            throw new UserError("there is no /" + path + way + " in the image"
                    + (layer.isPresent() ? "'s layer " + layer.getAsInt() : ""));
        }
        return found.get();
    }

    @Override
    public void close() {
        image.close();
    }
}
