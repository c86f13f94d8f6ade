package dev.jbuild.engine;

import dev.jbuild.graph.Op;
import dev.jbuild.image.ImageLibrary;
import dev.jbuild.image.LocalImage;
import dev.jbuild.oci.DiffId;
import dev.jbuild.oci.Digest;
import dev.jbuild.oci.ImageConfig;
import dev.jbuild.oci.ImageReference;
import dev.jbuild.oci.Platform;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.progress.Cancellation;
import dev.jbuild.progress.EventSink;
import dev.jbuild.snapshot.LayerStack;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Base images and named contexts as far as they are here. An image that isn't is taken for one of which nothing is known. */
final class StoredContexts extends NamedContexts {
    private final ImageLibrary images;
    private final Set<Digest> absent = new HashSet<>();

    private final Cancellation cancellation;

    StoredContexts(
            Equipment equipment,
            BuildRequest request,
            boolean namesPlatforms,
            SourceTimes times,
            EventSink events,
            Cancellation cancellation) {
        super(equipment, request, namesPlatforms, times, events, cancellation);
        this.cancellation = cancellation;
        this.images = equipment.images();
    }

    @Override
    Base find(ImageReference reference, Platform platform) throws JbuildException {
        Optional<LocalImage> image = images.find(reference.toString(), platform);
        return image.isPresent() ? base(reference, image.get()) : absent(reference, platform);
    }

    @Override
    Base layout(String name, String value, Platform platform) throws JbuildException {
        return absent(layoutName(name), platform);
    }

    /** Nobody but this plan uses the digest, which only has to be another one for each. */
    private Base absent(ImageReference reference, Platform platform) {
        Digest stand = Digest.sha256((reference + " " + platform).getBytes(StandardCharsets.UTF_8));
        absent.add(stand);
        ImageConfig nothing = ImageConfig.empty(platform);
        return new Base(
                reference,
                stand,
                // An image without layers is none that steps could wait for.
                new ImageConfig(
                        platform,
                        nothing.created(),
                        nothing.author(),
                        nothing.config(),
                        List.of(new DiffId(stand)),
                        nothing.history()));
    }

    /** What has to be asked of another machine isn't known. */
    @Override
    public Optional<Instant> time(Op source) throws JbuildException {
        return source instanceof Op.Context ? super.time(source) : Optional.empty();
    }

    /** The layers of an image that is here, if it is known what is in them. */
    Optional<LayerStack> layers(Op.Image image) throws JbuildException {
        return absent.contains(image.manifest())
                ? Optional.empty()
                : images.knownPacked(images.read(image.manifest()), cancellation);
    }

    boolean isAbsent(Op op) {
        return op instanceof Op.Image image && absent.contains(image.manifest());
    }
}
