package dev.jbuild.image;

import dev.jbuild.image.Finding.Outcome;
import dev.jbuild.image.LayerFetcher.ImageLayer;
import dev.jbuild.layer.EntryType;
import dev.jbuild.layer.LayerEntry;
import dev.jbuild.layer.LayerIndexFile;
import dev.jbuild.layer.LayerSummary;
import dev.jbuild.oci.Descriptor;
import dev.jbuild.oci.DiffId;
import dev.jbuild.oci.Digest;
import dev.jbuild.oci.MediaTypes;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.progress.Cancellation;
import dev.jbuild.snapshot.Captured;
import dev.jbuild.snapshot.LayerCheck;
import dev.jbuild.snapshot.LayerCheck.Damage;
import dev.jbuild.snapshot.LayerRepair;
import dev.jbuild.snapshot.LayerStack;
import dev.jbuild.store.LayerStore.StoredLayer;
import dev.jbuild.store.References;
import dev.jbuild.store.References.LayerUse;
import dev.jbuild.store.Store;
import dev.jbuild.store.StoreAudit;
import dev.jbuild.store.StoreAudit.LayerHome;
import dev.jbuild.sys.HostPaths;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Checks the directories of layers, and mends them. */
final class LayerVerifier {
    /** So many damaged files are told of each layer. */
    private static final int MOST_TOLD = 20;

    private final Store store;
    private final StoreAudit audit;
    private final References references;
    private final BlobSources sources;
    private final Cancellation cancellation;
    private final boolean repair;
    /** What there is a finding on already. */
    private final Set<String> told = new HashSet<>();

    LayerVerifier(Store store, References references, BlobSources sources, Cancellation cancellation, boolean repair) {
        this.store = store;
        this.audit = store.audit();
        this.references = references;
        this.sources = sources;
        this.cancellation = cancellation;
        this.repair = repair;
    }

    /** Says that there is a finding on this already. */
    void told(Finding finding) {
        told.add(finding.what());
    }

    /** A checked directory. */
    record Checked(LayerHome home, Optional<DiffId> diffId, List<String> problems, List<Damage> damages, long bytes) {}

    /** Reads a layer's directory and compares it with its index. */
    Checked check(LayerHome home) throws JbuildException {
        if (!Files.isDirectory(home.path(), LinkOption.NOFOLLOW_LINKS)) {
            return new Checked(home, Optional.empty(), List.of("is no directory"), List.of(), 0);
        }
        if (home.content().isEmpty()) {
            return new Checked(home, candidate(home), List.of("its index is missing or damaged"), List.of(), 0);
        }
        LayerIndexFile.Content content = home.content().get();
        LayerCheck.Result result = LayerCheck.check(home.directory(), content.index());
        DiffId diffId = content.summary().diffId();
        if (!result.isSound() && !Files.exists(home.path())) {
            // Collected meanwhile.
            return new Checked(home, Optional.of(diffId), List.of(), List.of(), result.bytes());
        }
        List<String> problems = new ArrayList<>();
        result.damages().stream().limit(MOST_TOLD).map(Damage::toString).forEach(problems::add);
        int more = result.damages().size() - problems.size();
        if (more > 0) {
            problems.add("and " + more + " more files");
        }
        if (result.isSound() && !result.tar().equals(Optional.of(diffId)) && mustGiveItsTar(diffId)) {
            problems.add("its tar, of another program, is missing, and its files don't give the same bytes");
        }
        return new Checked(home, Optional.of(diffId), problems, result.damages(), result.bytes());
    }

    /** A layer that came as a tar of another program has its bytes there; all others are made from the directory. */
    private boolean mustGiveItsTar(DiffId diffId) {
        Optional<LayerUse> use = references.layer(diffId);
        return use.isPresent()
                && !told.contains("blob " + diffId.digest())
                && !store.blobs().has(diffId.digest())
                && use.get().blobs().stream().noneMatch(blob -> store.blobs().has(blob.digest()));
    }

    /** Which layer a directory without an index is of, by what is known from elsewhere. */
    private Optional<DiffId> candidate(LayerHome home) {
        String name = String.valueOf(home.path().getFileName());
        Set<DiffId> known = new LinkedHashSet<>(references.layers().keySet());
        known.addAll(references.cachedLayers().keySet());
        return known.stream()
                .filter(diffId -> diffId.digest().hex().startsWith(name))
                .findFirst();
    }

    /** Says what is wrong, and mends it if that is wanted. */
    Finding finding(Checked checked) throws JbuildException {
        String what = checked.diffId()
                .map(diffId -> "layer " + diffId)
                .orElse("layer directory " + checked.home().path().getFileName());
        told.add(what);
        List<String> images =
                checked.diffId().flatMap(references::layer).map(LayerUse::names).orElse(List.of());
        if (!repair) {
            return new Finding(what, checked.problems(), images, Outcome.FOUND, "");
        }
        Optional<String> how = checked.diffId().isEmpty() ? Optional.empty() : mended(checked);
        if (how.isPresent()) {
            return new Finding(what, checked.problems(), images, Outcome.REPAIRED, how.get());
        }
        if (checked.damages().isEmpty() && checked.home().content().isPresent()) {
            return new Finding(what, checked.problems(), images, Outcome.LOST, sources.why() + "; its files are whole");
        }
        audit.discard(checked.home().path());
        int forgotten = checked.diffId().isPresent()
                ? audit.forgetRecords(checked.diffId().get())
                : 0;
        if (images.isEmpty()) {
            String reason = forgotten > 0 ? "removed: the next build makes it again" : "removed: nothing refers to it";
            return new Finding(what, checked.problems(), images, Outcome.REPAIRED, reason);
        }
        return new Finding(what, checked.problems(), images, Outcome.LOST, sources.why());
    }

    private Optional<String> mended(Checked checked) throws JbuildException {
        DiffId diffId = checked.diffId().orElseThrow();
        Optional<LayerIndexFile.Content> content = checked.home().content();
        if (content.isEmpty()) {
            if (describedAs(checked.home(), diffId)) {
                return Optional.of("its index was made again from its files");
            }
        } else if (checked.damages().isEmpty()) {
            return tarPulledAgain(diffId);
        } else {
            try {
                LayerRepair.mend(checked.home().directory(), content.get().index(), checked.damages(), this::elsewhere);
                if (LayerCheck.check(checked.home().directory(), content.get().index())
                        .isSound()) {
                    return Optional.of("its files were mended");
                }
            } catch (JbuildException e) {
                // As when the disk can't read what is there: then it is made anew.
            }
        }
        return unpackedAgain(checked.home(), diffId);
    }

    private Optional<String> tarPulledAgain(DiffId diffId) throws JbuildException {
        for (Descriptor blob : references.layer(diffId).orElseThrow().blobs()) {
            Optional<String> how = sources.pull(references.blob(blob.digest()).orElseThrow());
            if (how.isPresent()) {
                return how;
            }
        }
        return Optional.empty();
    }

    private boolean describedAs(LayerHome home, DiffId diffId) {
        for (boolean withRoot : new boolean[] {false, true}) {
            try {
                Captured captured = LayerRepair.describe(home.directory(), withRoot);
                if (captured.summary().diffId().equals(diffId)) {
                    LayerSummary summary = captured.summary();
                    audit.writeIndex(home.path(), summary, captured.index());
                    return true;
                }
            } catch (JbuildException e) {
                return false;
            }
        }
        return false;
    }

    /** A file with the same content in another layer. */
    private Optional<Path> elsewhere(Digest content) throws JbuildException {
        for (LayerHome home : audit.layers()) {
            if (home.content().isPresent()) {
                for (LayerEntry entry : home.content().get().index().entries()) {
                    if (entry.type() == EntryType.FILE && entry.content().equals(Optional.of(content))) {
                        Path file = HostPaths.resolve(home.directory(), entry.path());
                        if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) && BlobSources.has(file, content)) {
                            return Optional.of(file);
                        }
                    }
                }
            }
        }
        return Optional.empty();
    }

    /** From one of its blobs, which is pulled again if it has to be. */
    private Optional<String> unpackedAgain(LayerHome home, DiffId diffId) throws JbuildException {
        List<Descriptor> blobs = new ArrayList<>();
        references.layer(diffId).ifPresent(use -> blobs.addAll(use.blobs()));
        blobs.add(new Descriptor(MediaTypes.OCI_LAYER, diffId.digest(), 0));
        Path aside = audit.setAside(home.path());
        for (Descriptor blob : blobs) {
            String from = "unpacked again";
            if (!store.blobs().has(blob.digest())) {
                Optional<String> how = references.blob(blob.digest()).isPresent()
                        ? sources.pull(references.blob(blob.digest()).get())
                        : Optional.empty();
                if (how.isEmpty()) {
                    continue;
                }
                from = how.get() + " and unpacked";
            }
            if (unpack(new ImageLayer(blob, diffId))) {
                audit.discard(aside);
                return Optional.of(from);
            }
        }
        audit.putBack(aside, home.path());
        return Optional.empty();
    }

    private boolean unpack(ImageLayer layer) throws JbuildException {
        LayerFetcher fetcher = new LayerFetcher(store, Optional.empty(), TransferProgress.NONE, cancellation);
        try {
            if (fetcher.unpack(layer, Optional.empty()).isPresent()) {
                return true;
            }
            Optional<LayerStack> below = below(layer.diffId());
            return below.isPresent() && fetcher.unpack(layer, below).isPresent();
        } catch (JbuildException e) {
            cancellation.throwIfCancelled();
            return false;
        }
    }

    private Optional<LayerStack> below(DiffId diffId) throws JbuildException {
        LayerStack stack = LayerStack.EMPTY;
        for (DiffId lower : references.layer(diffId).map(LayerUse::below).orElse(List.of())) {
            Optional<StoredLayer> layer = store.layers().find(lower);
            if (layer.isEmpty()) {
                return Optional.empty();
            }
            stack = stack.plus(layer.get());
        }
        return Optional.of(stack);
    }

    /** Layers that images or records need and that are nowhere. */
    List<Finding> missing() throws JbuildException {
        List<Finding> findings = new ArrayList<>();
        for (var use : references.layers().entrySet()) {
            DiffId diffId = use.getKey();
            // One that there is a finding on may still be damaged, and can't be looked for then.
            if (told.contains("layer " + diffId)) {
                continue;
            }
            if (!isThere(diffId, use.getValue())) {
                findings.add(missing(diffId, use.getValue()));
            }
        }
        for (DiffId diffId : references.cachedLayers().keySet()) {
            boolean known =
                    told.contains("layer " + diffId) || references.layer(diffId).isPresent();
            if (!known && !isThere(diffId)) {
                findings.add(missingInCache(diffId));
            }
        }
        return findings;
    }

    /** Whether a layer is in the store, or its tar. */
    private boolean isThere(DiffId diffId) throws JbuildException {
        return store.layers().find(diffId).isPresent() || store.blobs().has(diffId.digest());
    }

    /** Whether a layer is in the store in some form, or is still where it is known to be. */
    private boolean isThere(DiffId diffId, LayerUse use) throws JbuildException {
        if (isThere(diffId)) {
            return true;
        }
        for (Descriptor blob : use.blobs()) {
            if (store.blobs().has(blob.digest())
                    || store.origins().find(blob.digest()).isPresent()) {
                return true;
            }
        }
        return false;
    }

    private Finding missing(DiffId diffId, LayerUse use) throws JbuildException {
        String what = "layer " + diffId;
        List<String> problems = List.of("is missing");
        if (!repair) {
            return new Finding(what, problems, use.names(), Outcome.FOUND, "");
        }
        Optional<String> how = tarPulledAgain(diffId);
        if (how.isPresent()) {
            return new Finding(what, problems, use.names(), Outcome.REPAIRED, how.get());
        }
        audit.forgetRecords(diffId);
        return new Finding(what, problems, use.names(), Outcome.LOST, sources.why());
    }

    private Finding missingInCache(DiffId diffId) throws JbuildException {
        List<String> problems = List.of("is missing");
        if (!repair) {
            return new Finding("cached layer " + diffId, problems, List.of(), Outcome.FOUND, "");
        }
        audit.forgetRecords(diffId);
        return new Finding(
                "cached layer " + diffId, problems, List.of(), Outcome.REPAIRED, "the next build makes it again");
    }
}
