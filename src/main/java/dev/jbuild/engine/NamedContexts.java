package dev.jbuild.engine;

import dev.jbuild.context.DirectoryContext;
import dev.jbuild.context.IgnoreFile;
import dev.jbuild.context.ModePolicy;
import dev.jbuild.context.SourceTree;
import dev.jbuild.context.StatIndexes;
import dev.jbuild.graph.Bases;
import dev.jbuild.graph.GitAddress;
import dev.jbuild.graph.Op;
import dev.jbuild.graph.policy.SourcePolicy;
import dev.jbuild.image.ImageLibrary;
import dev.jbuild.image.ImageLoader;
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
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Where a build's base images and named contexts come from. */
sealed class NamedContexts implements Bases permits StoredContexts {
    private static final String IMAGE = "docker-image://";
    private static final String LAYOUT = "oci-layout:";
    private static final String NOTHING = "scratch";
    /** What a file that is a whole context is called in it, as BuildKit has it. */
    private static final String FILE = "context";

    private final BuildRequest request;
    private final boolean namesPlatforms;
    private final Store store;
    private final ImageLibrary images;
    private final SourceTimes times;
    private final EventSink events;
    private final InstantSource clock;
    private final Cancellation cancellation;
    private final Map<String, Base> resolved = new HashMap<>();

    NamedContexts(
            Equipment equipment,
            BuildRequest request,
            boolean namesPlatforms,
            SourceTimes times,
            EventSink events,
            Cancellation cancellation) {
        this.store = equipment.store();
        this.images = equipment.images();
        this.clock = equipment.clock();
        this.request = request;
        this.namesPlatforms = namesPlatforms;
        this.times = times;
        this.events = events;
        this.cancellation = cancellation;
    }

    /** What the policy puts in place of an image; the policy is asked again when it is known what the image is. */
    @Override
    public Base resolve(ImageReference reference, Platform platform) throws JbuildException {
        SourcePolicy policy = request.sourcePolicy();
        Base base = find(policy.image(reference, request.pull()), platform);
        if (policy.isEmpty() || base.reference().digest().isPresent()) {
            return base;
        }
        ImageReference pinned = base.reference().withDigest(base.manifest());
        ImageReference used = policy.image(pinned, request.pull());
        return used.equals(pinned) ? base : find(used, platform);
    }

    /** Finds the image that a name means, whatever the policy. */
    Base find(ImageReference reference, Platform platform) throws JbuildException {
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

    static Base base(ImageReference reference, LocalImage image) {
        return new Base(reference, image.manifest().raw().digest(), image.config());
    }

    @Override
    public Optional<NamedContext> named(String name, Platform platform) throws JbuildException {
        String value = request.contexts().get(name);
        if (value == null) {
            return Optional.empty();
        }
        if (value.startsWith(IMAGE)) {
            String image = value.substring(IMAGE.length());
            return Optional.of(
                    image.equals(NOTHING)
                            ? new NamedContext.Nothing()
                            : new NamedContext.Image(resolve(reference(name, image), platform)));
        }
        if (value.startsWith(LAYOUT)) {
            return Optional.of(new NamedContext.Image(layout(name, value.substring(LAYOUT.length()), platform)));
        }
        Optional<Op> remote = remote(value);
        if (remote.isPresent()) {
            return Optional.of(new NamedContext.Remote(remote.get(), Op.Git.shown(value)));
        }
        directory(name, value);
        return Optional.of(new NamedContext.Files());
    }

    private static Optional<Op> remote(String value) throws UserError {
        Optional<GitAddress> repository = GitAddress.parse(value);
        if (repository.isPresent()) {
            return Optional.of(Op.Git.of(repository.get()));
        }
        boolean http = value.startsWith("http://") || value.startsWith("https://");
        return http ? Optional.of(new Op.Http(value, FILE, Optional.empty())) : Optional.empty();
    }

    @Override
    public Optional<Instant> time(Op source) throws JbuildException {
        return times.of(source);
    }

    private static ImageReference reference(String name, String text) throws UserError {
        try {
            return ImageReference.parse(text);
        } catch (IllegalArgumentException e) {
            throw new UserError("the build context " + name + ": " + e.getMessage(), e);
        }
    }

    /** Loads the image of an OCI layout. */
    Base layout(String name, String value, Platform platform) throws JbuildException {
        LayoutAddress address = LayoutAddress.parse(value);
        Path directory = Path.of(address.path());
        if (!Files.isDirectory(directory)) {
            throw new UserError("the build context " + name + ": there is no OCI layout directory " + address.path());
        }
        LocalImage image =
                new ImageLoader(store).loadOne(directory, address.tag(), address.digest(), platform, cancellation);
        Base base = base(layoutName(name), image);
        return new Base(base.reference().withDigest(base.manifest()), base.manifest(), base.config());
    }

    static ImageReference layoutName(String name) throws UserError {
        return reference(name, "localhost/oci-layout/" + name.toLowerCase(Locale.ROOT));
    }

    /** The trees that COPY and mounts read from, by the names of their contexts. */
    Map<String, SourceTree> trees(SourceTree main, StatIndexes indexes) throws JbuildException {
        Map<String, SourceTree> trees = new HashMap<>();
        ModePolicy modes = request.contextSettings().modes();
        trees.put("", modes.applied(main));
        for (Map.Entry<String, String> context : request.contexts().entrySet()) {
            String value = context.getValue();
            if (!value.startsWith(IMAGE)
                    && !value.startsWith(LAYOUT)
                    && remote(value).isEmpty()) {
                Path directory = directory(context.getKey(), value);
                IgnoreFile ignore = IgnoreFile.find(directory, Optional.empty());
                trees.put(context.getKey(), modes.applied(DirectoryContext.open(directory, ignore, indexes)));
            }
        }
        return trees;
    }

    private static Path directory(String name, String value) throws UserError {
        if (value.contains("://")) {
            throw new UserError(
                    "unsupported context source " + value + " for " + name,
                    "known are directories, oci-layout:DIR, docker-image://NAME, git repositories and HTTP addresses");
        }
        Path directory = Path.of(value);
        if (!Files.isDirectory(directory)) {
            throw new UserError("the build context " + name + ": there is no directory " + value);
        }
        return directory;
    }
}
