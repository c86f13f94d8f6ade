package dev.jbuild.image;

import dev.jbuild.image.LayerForms.Formed;
import dev.jbuild.layer.Compression;
import dev.jbuild.oci.Descriptor;
import dev.jbuild.oci.DiffId;
import dev.jbuild.oci.History;
import dev.jbuild.oci.ImageConfig;
import dev.jbuild.oci.Manifest;
import dev.jbuild.oci.MediaTypes;
import dev.jbuild.oci.RawJson;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.progress.Cancellation;
import dev.jbuild.store.Store;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Brings what a build made into the form that an output asks for. All that it makes is in the store. As in BuildKit,
 * what came with the base image stays as it is: its layers, their times, and its history.
 */
final class ImageConversion {
    private final Store store;
    private final ImageForm form;
    private final LayerForms layers;
    private final Cancellation cancellation;

    ImageConversion(Store store, ImageForm form, Cancellation cancellation) {
        this.store = store;
        this.form = form;
        this.layers = new LayerForms(store);
        this.cancellation = cancellation;
    }

    BuiltImages convert(BuiltImages result) throws JbuildException {
        if (form.equals(ImageForm.KEPT)) {
            return result;
        }
        List<BuiltImage> converted = new ArrayList<>();
        for (BuiltImage image : result.images()) {
            converted.add(convert(image));
        }
        if (result.index().isEmpty()) {
            return BuiltImages.of(converted.get(0));
        }
        Annotations annotations = form.annotations();
        return BuiltImages.indexed(
                converted,
                form.dockerTypes()
                        ? MediaTypes.DOCKER_INDEX
                        : result.index().get().mediaType(),
                annotations.of(Annotation.Place.INDEX),
                annotations.of(Annotation.Place.INDEX_DESCRIPTOR),
                store);
    }

    private BuiltImage convert(BuiltImage built) throws JbuildException {
        LocalImage image = built.image();
        Optional<Instant> epoch = form.epoch().or(built.epoch());
        List<Descriptor> blobs = new ArrayList<>();
        List<DiffId> diffIds = new ArrayList<>();
        for (int i = 0; i < image.manifest().layers().size(); i++) {
            cancellation.throwIfCancelled();
            Formed layer = layer(built, i, epoch);
            blobs.add(typed(layer.blob()));
            diffIds.add(layer.diffId());
        }
        ImageConfig config = config(built, diffIds, epoch);
        LocalImage converted = put(built, config, blobs);
        return built.with(converted, form.annotations().of(Annotation.Place.MANIFEST_DESCRIPTOR, built.platform()));
    }

    private Formed layer(BuiltImage built, int number, Optional<Instant> epoch) throws JbuildException {
        Descriptor blob = built.image().manifest().layers().get(number);
        DiffId diffId = built.image().config().diffIds().get(number);
        boolean ofBase = number < built.baseLayers();
        if (form.rewriteTimestamp() && epoch.isPresent() && !ofBase) {
            Compression wanted = form.compression().orElse(Compression.NONE);
            return layers.clamped(blob, diffId, epoch.get(), wanted, form.level());
        }
        // A layer that has no blob yet gets its first one in the form asked for.
        boolean free = !ofBase || form.forceCompression() || !store.blobs().has(blob.digest());
        return form.compression().isPresent() && free
                ? new Formed(layers.compressed(blob, diffId, form.compression().get(), form.level()), diffId)
                : new Formed(blob, diffId);
    }

    private Descriptor typed(Descriptor layer) {
        return form.dockerTypes()
                ? new Descriptor(LayerTypes.docker(layer.mediaType()), layer.digest(), layer.size())
                : layer;
    }

    private static ImageConfig config(BuiltImage built, List<DiffId> diffIds, Optional<Instant> epoch) {
        ImageConfig config = built.image().config();
        return new ImageConfig(
                config.platform(),
                epoch.isPresent() ? notAfter(config.created(), epoch.get()) : config.created(),
                config.author(),
                config.config(),
                diffIds,
                epoch.isPresent() ? clamped(config.history(), built.baseHistory(), epoch.get()) : config.history());
    }

    /** The history without times after {@code epoch} in what the build added. */
    static List<History> clamped(List<History> history, int ofBase, Instant epoch) {
        List<History> clamped = new ArrayList<>();
        for (int i = 0; i < history.size(); i++) {
            History entry = history.get(i);
            Optional<Instant> created = i < ofBase
                    ? entry.created()
                    : Optional.of(notAfter(entry.created(), epoch).orElse(epoch));
            clamped.add(new History(created, entry.createdBy(), entry.comment(), entry.author(), entry.emptyLayer()));
        }
        return clamped;
    }

    static Optional<Instant> notAfter(Optional<Instant> time, Instant epoch) {
        return time.map(own -> own.isAfter(epoch) ? epoch : own);
    }

    private LocalImage put(BuiltImage built, ImageConfig config, List<Descriptor> blobs) throws JbuildException {
        LocalImage image = built.image();
        Manifest before = image.manifest();
        Descriptor configDescriptor = before.config();
        if (!config.equals(image.config())) {
            RawJson json = config.toJson();
            store.blobs().put(json.bytes());
            configDescriptor = new Descriptor(before.config().mediaType(), json.digest(), json.size());
        }
        if (form.dockerTypes()) {
            configDescriptor =
                    new Descriptor(MediaTypes.DOCKER_CONFIG, configDescriptor.digest(), configDescriptor.size());
        }
        String type = form.dockerTypes() ? MediaTypes.DOCKER_MANIFEST : before.mediaType();
        Map<String, String> annotations = new TreeMap<>(before.annotations());
        annotations.putAll(form.annotations().of(Annotation.Place.MANIFEST, built.platform()));
        boolean same = type.equals(before.mediaType())
                && configDescriptor.equals(before.config())
                && blobs.equals(before.layers())
                && annotations.equals(before.annotations());
        Manifest manifest = same ? before : Manifest.of(type, configDescriptor, blobs, annotations);
        store.blobs().put(manifest.raw().bytes());
        return new LocalImage(manifest.descriptor(), manifest, config, configDescriptor.digest());
    }
}
