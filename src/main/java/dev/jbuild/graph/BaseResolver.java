package dev.jbuild.graph;

import dev.jbuild.buildfile.Buildfile;
import dev.jbuild.oci.ContainerConfig;
import dev.jbuild.oci.History;
import dev.jbuild.oci.ImageConfig;
import dev.jbuild.oci.ImageReference;
import dev.jbuild.oci.Platform;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.problem.UserError;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Finds what stages start from outside of the Buildfile: images, contexts, or nothing. */
final class BaseResolver {
    static final String SCRATCH = "scratch";
    private static final List<String> COMMON_IMAGES =
            List.of("alpine", "busybox", "centos", "debian", "golang", "ubuntu", "fedora");

    private final Buildfile buildfile;
    private final GraphOptions options;
    private final Bases bases;
    private final VertexPool pool;
    private final StageTable table;

    BaseResolver(Buildfile buildfile, GraphOptions options, Bases bases, VertexPool pool, StageTable table) {
        this.buildfile = buildfile;
        this.options = options;
        this.bases = bases;
        this.pool = pool;
        this.table = table;
    }

    /** What stands in place of a whole stage, if its name is that of a named context. Asked once a stage. */
    void replaceStage(StageState stage) throws JbuildException {
        if (stage.name.isEmpty() || stage.askedForReplacement) {
            return;
        }
        stage.askedForReplacement = true;
        Platform platform = stage.platform.orElse(options.targetPlatform());
        String name = stage.name.get();
        Optional<Bases.NamedContext> context = named(name, platform);
        if (context.isEmpty()) {
            return;
        }
        stage.replaced = true;
        stage.baseResolved = true;
        stage.dispatched = true;
        stage.platform = Optional.of(platform);
        use(stage, name, context.get(), platform);
        for (String variable : stage.config.env()) {
            int equals = variable.indexOf('=');
            stage.setVariable(variable.substring(0, equals), variable.substring(equals + 1));
        }
    }

    private Optional<Bases.NamedContext> named(String name, Platform platform) throws JbuildException {
        String lower = name.toLowerCase(Locale.ROOT);
        return lower.equals(SCRATCH) || lower.equals("context") ? Optional.empty() : bases.named(name, platform);
    }

    private void use(StageState stage, String name, Bases.NamedContext context, Platform platform) {
        if (context instanceof Bases.NamedContext.Image image) {
            String title = "[context " + name + "] " + image.base().reference();
            useImage(stage, image.base(), platform, title);
            return;
        }
        if (context instanceof Bases.NamedContext.Files) {
            stage.files = Optional.of(pool.add("[context " + name + "] load from client", new Op.Context(name)));
        } else if (context instanceof Bases.NamedContext.Remote remote) {
            stage.files = Optional.of(remote(name, remote));
        }
        useNothing(stage, platform);
    }

    private Vertex remote(String name, Bases.NamedContext.Remote remote) {
        Vertex source = pool.add("[context " + name + "] " + remote.address(), remote.source());
        if (!(remote.source() instanceof Op.Http http)) {
            return source;
        }
        Op unpack = onlyCopy(new Op.Source(0, http.name(), false, true));
        return pool.add("[context " + name + "] unpack", unpack, List.of(source), Optional.empty(), false);
    }

    /** A copy onto nothing. */
    private static Op onlyCopy(Op.Source source) {
        return new Op.Copy(
                false,
                List.of(source),
                List.of(),
                "/",
                Optional.empty(),
                Optional.empty(),
                false,
                false,
                List.of(),
                false);
    }

    /** Finds the base of a stage that isn't built on another one. */
    void resolve(StageState stage) throws JbuildException {
        stage.baseResolved = true;
        if (stage.stage.isEmpty()) {
            stage.dispatched = true;
        }
        if (stage.baseName.equals(SCRATCH)) {
            stage.platform = Optional.of(options.targetPlatform());
            useNothing(stage, options.targetPlatform());
            return;
        }
        try {
            resolveImage(stage);
        } catch (JbuildException e) {
            throw Located.at(buildfile.excerpt(stage.range), e);
        }
    }

    private void resolveImage(StageState stage) throws JbuildException {
        ImageReference reference = reference(stage);
        Platform platform = stage.platform.orElse(options.targetPlatform());
        stage.platform = Optional.of(platform);
        String shortName = reference.shortName();
        Optional<Bases.NamedContext> context = named(shortName, platform);
        if (context.isPresent()) {
            use(stage, shortName, context.get(), platform);
            return;
        }
        Bases.Base base;
        try {
            base = bases.resolve(reference, platform);
        } catch (JbuildException e) {
            String what = stage.baseName + ": " + e.what() + Suggestion.hint(stage.baseName, likelyNames());
            throw Located.at(buildfile.excerpt(stage.range), e, what);
        }
        useImage(stage, base, platform, stage.numbered("FROM " + pinned(base)));
    }

    /** The image that a stage names, read even where the stage isn't needed so that mistakes show. */
    ImageReference reference(StageState stage) throws UserError {
        try {
            return ImageReference.parse(stage.baseName);
        } catch (IllegalArgumentException e) {
            throw new UserError(
                    "failed to parse stage name " + GoFormat.quote(stage.baseName) + ": " + e.getMessage(),
                    buildfile.excerpt(stage.range),
                    List.of(),
                    e);
        }
    }

    private static ImageReference pinned(Bases.Base base) {
        ImageReference reference = base.reference();
        return reference.digest().isPresent() ? reference : reference.withDigest(base.manifest());
    }

    private List<String> likelyNames() {
        List<String> names = new ArrayList<>(table.shownNames());
        names.addAll(COMMON_IMAGES);
        return names;
    }

    private void useImage(StageState stage, Bases.Base base, Platform platform, String title) {
        stage.baseImage = base.config();
        stage.config = base.config().config();
        stage.author = base.config().author();
        if (!isEmpty(base.config())) {
            Op image = new Op.Image(base.reference(), platform, base.manifest());
            stage.tree =
                    Optional.of(pool.add(title, image, List.of(), Optional.of(buildfile.excerpt(stage.range)), false));
        }
    }

    private static boolean isEmpty(ImageConfig image) {
        return image.diffIds().isEmpty() && image.history().stream().allMatch(History::emptyLayer);
    }

    private void useNothing(StageState stage, Platform platform) {
        stage.baseImage = ImageConfig.empty(platform);
        stage.config = ContainerConfig.EMPTY.toBuilder().workingDir("/").build();
        stage.addDefaultPath();
    }

    /** Makes a root file system of a tree of files, as its only layer. */
    void layFiles(StageState stage) {
        if (stage.files.isEmpty() || stage.tree.isPresent()) {
            return;
        }
        Vertex files = stage.files.get();
        Op copy = onlyCopy(new Op.Source(0, "/", false, false));
        // What was loaded from elsewhere is a layer already.
        Vertex layer = files.op() instanceof Op.Context
                ? pool.add(files.name(), copy, List.of(files), Optional.empty(), false)
                : files;
        stage.tree = Optional.of(layer);
        History entry = new History(Optional.empty(), files.name(), "buildkit.exporter.image.v0", "", false);
        stage.history.add(new BuildGraph.Step(entry, stage.tree));
    }
}
