package dev.jbuild.image;

import dev.jbuild.oci.DiffId;
import dev.jbuild.oci.Digest;
import dev.jbuild.oci.History;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.snapshot.Capture;
import dev.jbuild.snapshot.Captured;
import dev.jbuild.snapshot.LayerMetadata;
import dev.jbuild.snapshot.LayerStack;
import dev.jbuild.snapshot.Squash;
import dev.jbuild.store.CacheRecords.About;
import dev.jbuild.store.CacheRecords.CacheRecord;
import dev.jbuild.store.CacheType;
import dev.jbuild.store.LayerStore.StoredLayer;
import dev.jbuild.store.LayerStore.WorkArea;
import dev.jbuild.store.Store;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Makes one layer of those that a build made, or of all. What was made once is remembered. */
final class Squasher {
    private final Store store;

    Squasher(Store store) {
        this.store = store;
    }

    /** The stack with its layers from number {@code kept} on as one; as it is if those are one or none. */
    LayerStack squash(LayerStack stack, int kept) throws JbuildException {
        if (stack.layers().size() <= kept + 1) {
            return stack;
        }
        LayerStack lower = new LayerStack(stack.layers().subList(0, kept));
        Digest key = Digest.sha256(
                ("squashed layers, format 1: " + kept + " " + stack.diffIds()).getBytes(StandardCharsets.UTF_8));
        Optional<StoredLayer> known = known(key);
        if (known.isPresent()) {
            return lower.plus(known.get());
        }
        long began = System.nanoTime();
        new LayerStack(stack.layers().subList(kept, stack.layers().size())).fetch();
        try (WorkArea area = store.layers().workArea()) {
            LayerMetadata.prepareUpper(area.upper(), lower.view());
            Squash.write(stack, kept, area.upper());
            Captured captured = Capture.capture(area.upper(), lower.view());
            StoredLayer made = store.layers().commit(area, captured.summary(), captured.index());
            DiffId diffId = made.summary().diffId();
            String what = "squashed layers from number " + (kept + 1) + " on";
            About about = new About(CacheType.REGULAR, what, Duration.ofNanos(System.nanoTime() - began));
            store.records()
                    .put(new CacheRecord(key, "{\"layer\":\"" + diffId + "\"}", List.of(diffId), List.of(), about));
            return lower.plus(made);
        }
    }

    private Optional<StoredLayer> known(Digest key) throws JbuildException {
        Optional<CacheRecord> kept = store.records().find(key);
        return kept.isEmpty() || kept.get().layers().size() != 1
                ? Optional.empty()
                : store.layers().find(kept.get().layers().get(0));
    }

    /** The history of a squashed image: as docker has it, all steps stay, but only the last has the layer. */
    static List<History> history(List<History> history, int kept) {
        List<History> squashed = new ArrayList<>(history.subList(0, kept));
        for (History entry : history.subList(kept, history.size())) {
            squashed.add(new History(entry.created(), entry.createdBy(), entry.comment(), entry.author(), true));
        }
        Optional<Instant> last = history.isEmpty()
                ? Optional.empty()
                : history.get(history.size() - 1).created();
        squashed.add(new History(last, "", "the layers of the steps above as one", "", false));
        return squashed;
    }
}
