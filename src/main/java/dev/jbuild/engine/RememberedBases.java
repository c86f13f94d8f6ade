package dev.jbuild.engine;

import dev.jbuild.graph.Bases;
import dev.jbuild.graph.Op;
import dev.jbuild.oci.ImageReference;
import dev.jbuild.oci.Platform;
import dev.jbuild.problem.JbuildException;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Remembers which bases were asked for and found, so that others can know of them without asking again. */
final class RememberedBases implements Bases {
    private final Bases bases;
    private final Map<String, Base> resolved = new HashMap<>();
    private final Map<String, NamedContext> named = new HashMap<>();

    RememberedBases(Bases bases) {
        this.bases = bases;
    }

    @Override
    public Base resolve(ImageReference reference, Platform platform) throws JbuildException {
        Base base = bases.resolve(reference, platform);
        resolved.put(reference + " " + platform, base);
        return base;
    }

    @Override
    public Optional<NamedContext> named(String name, Platform platform) throws JbuildException {
        Optional<NamedContext> context = bases.named(name, platform);
        context.ifPresent(found -> named.put(name + " " + platform, found));
        return context;
    }

    /** The image that a FROM line was found to mean, if it was asked for. */
    Optional<Base> image(ImageReference reference, Platform platform) {
        NamedContext context = named.get(reference.shortName() + " " + platform);
        if (context instanceof NamedContext.Image image) {
            return Optional.of(image.base());
        }
        return Optional.ofNullable(resolved.get(reference + " " + platform));
    }

    /** Whether a FROM line was found to mean a tree of files, or nothing. */
    boolean isFiles(ImageReference reference, Platform platform) {
        NamedContext context = named.get(reference.shortName() + " " + platform);
        return context != null && !(context instanceof NamedContext.Image);
    }

    @Override
    public Optional<Instant> time(Op source) throws JbuildException {
        return bases.time(source);
    }
}
