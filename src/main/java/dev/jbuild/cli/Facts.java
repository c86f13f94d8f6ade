package dev.jbuild.cli;

import dev.jbuild.engine.Engine;
import dev.jbuild.image.ListedImage;
import dev.jbuild.image.LocalImage;
import dev.jbuild.inspect.ImageFacts;
import dev.jbuild.oci.DiffId;
import dev.jbuild.oci.ImageReference;
import dev.jbuild.oci.Platform;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.store.ImageNames.NamedImage;
import dev.jbuild.store.LayerStore.StoredLayer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Gathers what reports on an image are made of. */
final class Facts {
    private final Engine engine;

    Facts(Engine engine) {
        this.engine = engine;
    }

    ImageFacts of(String nameOrId, Platform platform) throws JbuildException {
        LocalImage image = engine.images().get(nameOrId, platform);
        List<ImageReference> names = new ArrayList<>();
        for (ListedImage listed : engine.images().list()) {
            if (listed.id().equals(image.id())) {
                listed.name().ifPresent(names::add);
            }
        }
        return new ImageFacts(image.id(), image.target(), image.config(), names, sizes(image), since(names));
    }

    private Optional<Instant> since(List<ImageReference> names) throws JbuildException {
        Optional<Instant> latest = Optional.empty();
        for (ImageReference name : names) {
            Optional<Instant> since =
                    engine.store().names().find(name.toString()).map(NamedImage::since);
            if (since.isPresent() && (latest.isEmpty() || since.get().isAfter(latest.get()))) {
                latest = since;
            }
        }
        return latest;
    }

    /** Unpacked layers know their size; of others only the size in transfer is known. */
    private List<Long> sizes(LocalImage image) throws JbuildException {
        List<Long> sizes = new ArrayList<>();
        List<DiffId> diffIds = image.config().diffIds();
        for (int i = 0; i < diffIds.size(); i++) {
            Optional<StoredLayer> layer = engine.store().layers().find(diffIds.get(i));
            long transferred = i < image.manifest().layers().size()
                    ? image.manifest().layers().get(i).size()
                    : 0;
            sizes.add(layer.map(found -> found.summary().tarSize()).orElse(transferred));
        }
        return sizes;
    }
}
