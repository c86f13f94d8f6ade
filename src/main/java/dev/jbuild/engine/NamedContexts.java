package dev.jbuild.engine;

import dev.jbuild.context.DirectoryContext;
import dev.jbuild.context.IgnoreFile;
import dev.jbuild.context.SourceTree;
import dev.jbuild.graph.Bases;
import dev.jbuild.image.ImageLibrary;
import dev.jbuild.image.ImageLoader;
import dev.jbuild.image.LoadedImage;
import dev.jbuild.image.LocalImage;
import dev.jbuild.oci.ImageReference;
import dev.jbuild.oci.Platform;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.problem.UserError;
import dev.jbuild.progress.BuildEvent;
import dev.jbuild.progress.Cancellation;
import dev.jbuild.progress.EventSink;
import dev.jbuild.store.Store;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Where a build's base images and named contexts come from. */
final class NamedContexts implements Bases {
    private static final String IMAGE = "docker-image://";
    private static final String LAYOUT = "oci-layout:";

    private final BuildRequest request;
    private final boolean namesPlatforms;
    private final Store store;
    private final ImageLibrary images;
    private final EventSink events;
    private final InstantSource clock;
    private final Cancellation cancellation;
    private final Map<String, Base> resolved = new HashMap<>();

    NamedContexts(
            BuildRequest request,
            boolean namesPlatforms,
            Store store,
            ImageLibrary images,
            EventSink events,
            InstantSource clock,
            Cancellation cancellation) {
        this.request = request;
        this.namesPlatforms = namesPlatforms;
        this.store = store;
        this.images = images;
        this.events = events;
        this.clock = clock;
        this.cancellation = cancellation;
    }

    @Override
    public Base resolve(ImageReference reference, Platform platform) throws JbuildException {
        Base known = resolved.get(reference + " " + platform);
        if (known != null) {
            return known;
        }
        String vertex = "metadata " + reference + " " + platform;
        events.accept(new BuildEvent.VertexStarted(
                vertex, prefix(platform) + " load metadata for " + reference, List.of(), clock.instant()));
        try {
            LocalImage image = images.resolve(
                    reference,
                    platform,
                    request.pull(),
                    (item, current, total, done) -> events.accept(
                            new BuildEvent.VertexTransfer(vertex, item, current, total, done, clock.instant())),
                    cancellation);
            finished(vertex, BuildEvent.Outcome.DONE, Optional.empty());
            Base base = base(reference, image);
            resolved.put(reference + " " + platform, base);
            return base;
        } catch (JbuildException e) {
            finished(vertex, BuildEvent.Outcome.FAILED, Optional.of(e.what()));
            throw e;
        }
    }

    private String prefix(Platform platform) {
        return namesPlatforms ? "[" + platform + " internal]" : "[internal]";
    }

    private void finished(String vertex, BuildEvent.Outcome outcome, Optional<String> error) {
        events.accept(new BuildEvent.VertexFinished(vertex, outcome, error, clock.instant()));
    }

    private static Base base(ImageReference reference, LocalImage image) {
        return new Base(reference, image.manifest().raw().digest(), image.config());
    }

    @Override
    public Optional<NamedContext> named(String name, Platform platform) throws JbuildException {
        String value = request.contexts().get(name);
        if (value == null) {
            return Optional.empty();
        }
        if (value.startsWith(IMAGE)) {
            ImageReference reference = reference(name, value.substring(IMAGE.length()));
            return Optional.of(new NamedContext.Image(resolve(reference, platform)));
        }
        if (value.startsWith(LAYOUT)) {
            return Optional.of(new NamedContext.Image(layout(name, value.substring(LAYOUT.length()), platform)));
        }
        directory(name, value);
        return Optional.of(new NamedContext.Files());
    }

    private static ImageReference reference(String name, String text) throws UserError {
        try {
            return ImageReference.parse(text);
        } catch (IllegalArgumentException e) {
            throw new UserError("the build context " + name + ": " + e.getMessage(), e);
        }
    }

    /** {@code oci-layout:DIR} and {@code oci-layout://DIR}, either with {@code :TAG} or {@code @DIGEST} after it. */
    private Base layout(String name, String value, Platform platform) throws JbuildException {
        String path = value.startsWith("//") ? value.substring(2) : value;
        ImageReference reference = reference(name, "localhost/oci-layout/" + name.toLowerCase(Locale.ROOT));
        Path directory = Path.of(path);
        if (!Files.isDirectory(directory)) {
            throw new UserError("the build context " + name + ": there is no OCI layout directory " + path);
        }
        List<LoadedImage> loaded =
                new ImageLoader(store).load(directory, Optional.of(reference), platform, cancellation);
        if (loaded.isEmpty()) {
            throw new UserError("the build context " + name + ": the OCI layout " + path + " holds no image");
        }
        return base(reference, images.get(reference.toString(), platform));
    }

    /** The trees that COPY and mounts read from, by the names of their contexts. */
    Map<String, SourceTree> trees(SourceTree main) throws JbuildException {
        Map<String, SourceTree> trees = new HashMap<>();
        trees.put("", main);
        for (Map.Entry<String, String> context : request.contexts().entrySet()) {
            String value = context.getValue();
            if (!value.startsWith(IMAGE) && !value.startsWith(LAYOUT)) {
                Path directory = directory(context.getKey(), value);
                trees.put(
                        context.getKey(),
                        DirectoryContext.open(directory, IgnoreFile.find(directory, Optional.empty())));
            }
        }
        return trees;
    }

    private static Path directory(String name, String value) throws UserError {
        if (value.contains("://")) {
            throw new UserError(
                    "the build context " + name + "=" + value + " is not supported yet",
                    "use a directory, oci-layout:DIR or docker-image://REFERENCE");
        }
        Path directory = Path.of(value);
        if (!Files.isDirectory(directory)) {
            throw new UserError("the build context " + name + ": there is no directory " + value);
        }
        return directory;
    }
}
