package dev.jbuild.engine;

import dev.jbuild.graph.Bases;
import dev.jbuild.graph.Op;
import dev.jbuild.oci.Digest;
import dev.jbuild.oci.ImageConfig;
import dev.jbuild.oci.ImageReference;
import dev.jbuild.oci.Platform;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.problem.RemoteUnavailable;
import dev.jbuild.progress.BuildEvent;
import dev.jbuild.progress.EventSink;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Takes an image for an empty one whose registry doesn't answer, and says so: enough to read a Buildfile with. */
final class AvailableBases implements Bases {
    private final Bases bases;
    private final EventSink events;
    private final InstantSource clock;
    private final Set<ImageReference> unavailable = new HashSet<>();

    AvailableBases(Bases bases, EventSink events, InstantSource clock) {
        this.bases = bases;
        this.events = events;
        this.clock = clock;
    }

    @Override
    public Base resolve(ImageReference reference, Platform platform) throws JbuildException {
        if (unavailable.contains(reference)) {
            return nothing(reference, platform);
        }
        try {
            return bases.resolve(reference, platform);
        } catch (RemoteUnavailable e) {
            return unknown(reference, platform, e);
        }
    }

    private Base unknown(ImageReference reference, Platform platform, JbuildException why) {
        String what = "nothing is known of " + reference.familiar() + ", so what depends on it is not checked";
        events.accept(new BuildEvent.Notice(what, List.of(why.what()), clock.instant()));
        unavailable.add(reference);
        return nothing(reference, platform);
    }

    private static Base nothing(ImageReference reference, Platform platform) {
        return new Base(reference, Digest.sha256(new byte[0]), ImageConfig.empty(platform));
    }

    @Override
    public Optional<NamedContext> named(String name, Platform platform) throws JbuildException {
        return bases.named(name, platform);
    }

    @Override
    public Optional<Instant> time(Op source) throws JbuildException {
        try {
            return bases.time(source);
        } catch (RemoteUnavailable e) {
            return Optional.empty();
        }
    }
}
