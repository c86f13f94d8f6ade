package dev.jbuild.image;

import dev.jbuild.image.Finding.Outcome;
import dev.jbuild.image.LayerVerifier.Checked;
import dev.jbuild.oci.Digest;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.progress.Cancellation;
import dev.jbuild.registry.Registries;
import dev.jbuild.store.ImageNames.NamedImage;
import dev.jbuild.store.Lease;
import dev.jbuild.store.References;
import dev.jbuild.store.References.BlobUse;
import dev.jbuild.store.References.Role;
import dev.jbuild.store.Store;
import dev.jbuild.store.StoreAudit;
import dev.jbuild.store.StoreAudit.BlobFile;
import dev.jbuild.store.StoreAudit.LayerHome;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Reads everything that is in a store and says what isn't as it should be: each blob is digested anew, each layer's
 * directory compared with its index, each name followed. What is damaged is made again from what is left, if that is wanted.
 */
@SuppressWarnings("try") // leases are held, not used
public final class StoreVerifier {
    private static final String ITEM = "verifying";

    private final Store store;
    private final StoreAudit audit;
    private final Registries registries;
    private final boolean repair;
    private final TransferProgress progress;
    private final Cancellation cancellation;
    private final List<Finding> findings = new ArrayList<>();
    private final AtomicLong bytes = new AtomicLong();

    private StoreVerifier(
            Store store, Registries registries, boolean repair, TransferProgress progress, Cancellation cancellation) {
        this.store = store;
        this.audit = store.audit();
        this.registries = registries;
        this.repair = repair;
        this.progress = progress;
        this.cancellation = cancellation;
    }

    /**
     * Verifies the whole store, and repairs it if {@code repair}. Others may go on using it, unless the database is damaged and
     * is to be made anew: what they write to it meanwhile is lost.
     */
    public static Verification verify(
            Store store, Registries registries, boolean repair, TransferProgress progress, Cancellation cancellation)
            throws JbuildException {
        try (Lease lease = store.lease()) {
            return new StoreVerifier(store, registries, repair, progress, cancellation).run();
        }
    }

    private Verification run() throws JbuildException {
        if (!databaseIsUsable()) {
            return new Verification(0, 0, 0, 0, findings);
        }
        List<NamedImage> names = store.names().list();
        names();
        BlobSources sources = new BlobSources(store, registries, cancellation);
        List<BlobFile> blobs = audit.blobs();
        Map<Digest, List<String>> damaged = damagedBlobs(blobs);
        References references = blobs(damaged, sources);
        List<LayerHome> homes = layers(new LayerVerifier(store, references, sources, cancellation, repair));
        store.sync();
        progress.update(ITEM, bytes.get(), bytes.get(), true);
        return new Verification(names.size(), blobs.size(), homes.size(), bytes.get(), findings);
    }

    private boolean databaseIsUsable() throws JbuildException {
        Optional<String> damage = audit.databaseDamage();
        if (damage.isEmpty()) {
            return true;
        }
        if (repair) {
            Path aside = audit.renewDatabase();
            String how = "made anew from the files, without the build cache; the old one is " + aside;
            findings.add(new Finding("the database", List.of(damage.get()), List.of(), Outcome.REPAIRED, how));
        } else {
            String how = "nothing else was checked, for it says what images there are";
            findings.add(new Finding("the database", List.of(damage.get()), List.of(), Outcome.FOUND, how));
        }
        return repair;
    }

    /** Each name has a file too, and each file a name. */
    private void names() throws JbuildException {
        for (String stray : audit.strayNames()) {
            if (repair) {
                audit.forgetName(stray);
            }
            findings.add(new Finding(
                    "file of the name " + stray,
                    List.of("there is no such name"),
                    List.of(),
                    repair ? Outcome.REPAIRED : Outcome.FOUND,
                    repair ? "removed" : ""));
        }
        for (NamedImage name : store.names().list()) {
            if (!audit.isRecorded(name)) {
                if (repair) {
                    audit.record(name);
                }
                findings.add(new Finding(
                        "name " + name.name(),
                        List.of("isn't recorded in a file"),
                        List.of(name.name()),
                        repair ? Outcome.REPAIRED : Outcome.FOUND,
                        repair ? "recorded" : ""));
            }
        }
    }

    // ---- blobs

    private Map<Digest, List<String>> damagedBlobs(List<BlobFile> blobs) throws JbuildException {
        Map<Digest, List<String>> damaged = new LinkedHashMap<>();
        List<Boolean> sound = Parallel.map(blobs, threads(), cancellation, () -> {}, blob -> {
            boolean isSound = audit.isSound(blob);
            count(store.blobs()
                    .size(blob.digest().orElse(Digest.sha256(new byte[0])))
                    .orElse(0L));
            return isSound;
        });
        for (int i = 0; i < blobs.size(); i++) {
            BlobFile blob = blobs.get(i);
            if (blob.digest().isEmpty()) {
                stray(blob.file());
            } else if (!sound.get(i)) {
                damaged.put(blob.digest().get(), List.of("its bytes have another digest"));
            }
        }
        return damaged;
    }

    private static int threads() {
        return Runtime.getRuntime().availableProcessors();
    }

    private void count(long more) throws JbuildException {
        cancellation.throwIfCancelled();
        progress.update(ITEM, bytes.addAndGet(more), -1, false);
    }

    private void stray(Path file) throws JbuildException {
        if (repair) {
            audit.discard(file);
        }
        findings.add(new Finding(
                "file " + file,
                List.of("isn't a blob"),
                List.of(),
                repair ? Outcome.REPAIRED : Outcome.FOUND,
                repair ? "removed" : ""));
    }

    /** Follows the names; a document that is made again shows more of what is needed, until there is nothing new. */
    private References blobs(Map<Digest, List<String>> damaged, BlobSources sources) throws JbuildException {
        References references = audit.references();
        if (repair) {
            for (Digest digest : damaged.keySet()) {
                audit.discard(store.blobs().path(digest));
            }
        }
        Map<Digest, List<String>> open = new LinkedHashMap<>(damaged);
        missing(references, damaged).forEach(digest -> open.put(digest, List.of("is missing")));
        while (!open.isEmpty()) {
            for (Map.Entry<Digest, List<String>> blob : open.entrySet()) {
                findings.add(finding(blob.getKey(), blob.getValue(), references, sources));
                damaged.put(blob.getKey(), blob.getValue());
            }
            open.clear();
            if (repair) {
                references = audit.references();
                missing(references, damaged).forEach(digest -> open.put(digest, List.of("is missing")));
            }
        }
        return references;
    }

    private List<Digest> missing(References references, Map<Digest, List<String>> known) throws JbuildException {
        List<Digest> missing = new ArrayList<>();
        for (BlobUse use : references.blobs().values()) {
            Digest digest = use.descriptor().digest();
            // The bytes of a plain layer are made from its directory; if that is missing, that is said of the layer.
            boolean derived =
                    use.role() == Role.LAYER && use.diffId().isPresent() && References.isPlain(use.descriptor());
            if (!derived
                    && !known.containsKey(digest)
                    && !store.blobs().has(digest)
                    && store.origins().find(digest).isEmpty()) {
                missing.add(digest);
            }
        }
        for (Digest digest : references.cachedBlobs().keySet()) {
            boolean told = references.blob(digest).isPresent() || known.containsKey(digest);
            if (!told && !store.blobs().has(digest)) {
                missing.add(digest);
            }
        }
        return missing;
    }

    private Finding finding(Digest digest, List<String> problems, References references, BlobSources sources)
            throws JbuildException {
        Optional<BlobUse> use = references.blob(digest);
        List<String> images = use.map(BlobUse::names).orElse(List.of());
        String what = "blob " + digest;
        if (!repair) {
            return new Finding(what, problems, images, Outcome.FOUND, "");
        }
        if (use.isEmpty()) {
            String how = audit.forgetRecords(digest) > 0
                    ? "only cached: it is made or fetched again when it is wanted"
                    : "removed: no image needs it";
            return new Finding(what, problems, images, Outcome.REPAIRED, how);
        }
        Optional<String> how = sources.restore(use.get());
        return how.isPresent()
                ? new Finding(what, problems, images, Outcome.REPAIRED, how.get())
                : new Finding(what, problems, images, Outcome.LOST, sources.why());
    }

    // ---- layers

    private List<LayerHome> layers(LayerVerifier layers) throws JbuildException {
        List<LayerHome> homes = audit.layers();
        findings.forEach(layers::told);
        List<Checked> checks = Parallel.map(homes, threads(), cancellation, () -> {}, home -> {
            Checked checked = layers.check(home);
            count(checked.bytes());
            return checked;
        });
        for (Checked checked : checks) {
            if (!checked.problems().isEmpty()) {
                findings.add(layers.finding(checked));
            }
        }
        findings.addAll(layers.missing());
        return homes;
    }
}
