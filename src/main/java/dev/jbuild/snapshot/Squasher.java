package dev.jbuild.snapshot;

import dev.jbuild.oci.DiffId;
import dev.jbuild.oci.Digest;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.store.CacheRecords.About;
import dev.jbuild.store.CacheRecords.CacheRecord;
import dev.jbuild.store.CacheType;
import dev.jbuild.store.LayerStore.StoredLayer;
import dev.jbuild.store.LayerStore.WorkArea;
import dev.jbuild.store.Store;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Makes one layer of several. What was made once is a layer of the store like others, and remembered: so it is found again
 * by whoever wants the same, verified with the rest, and collected when nobody used it for long.
 */
public final class Squasher {
    /** The kernel stacks 500 directories, of which a sandbox adds up to three to those of the layers. */
    private static final int MOST_MOUNTED = 497;
    /** The lowest layers become one in so many at a time: a build that adds layer to layer does so seldom. */
    private static final int BLOCK = 128;

    private final Store store;

    public Squasher(Store store) {
        this.store = store;
    }

    /** The stack with its layers from number {@code kept} on as one; as it is if those are one or none. */
    public LayerStack squash(LayerStack stack, int kept) throws JbuildException {
        return squash(stack, kept, CacheType.REGULAR, "squashed layers from number " + (kept + 1) + " on");
    }

    /**
     * A stack that shows the same and can be mounted: as it is unless it has more layers than the kernel stacks, else
     * with the lowest as one. It is to be fetched.
     */
    public LayerStack mountable(LayerStack stack) throws JbuildException {
        if (stack.lowerDirectories().size() <= MOST_MOUNTED) {
            return stack;
        }
        int size = stack.layers().size();
        int tooMany = size + 1 - MOST_MOUNTED;
        int lowest = Math.min(size, (tooMany + BLOCK - 1) / BLOCK * BLOCK);
        LayerStack made = squash(
                stack.part(0, lowest), 0, CacheType.INTERNAL, "the lowest " + lowest + " layers as one, to mount");
        for (StoredLayer layer : stack.part(lowest, size).layers()) {
            made = made.plus(layer);
        }
        return made;
    }

    private LayerStack squash(LayerStack stack, int kept, CacheType type, String what) throws JbuildException {
        int size = stack.layers().size();
        if (size <= kept + 1) {
            return stack;
        }
        LayerStack lower = stack.part(0, kept);
        Digest key = Digest.sha256(
                ("squashed layers, format 1: " + kept + " " + stack.diffIds()).getBytes(StandardCharsets.UTF_8));
        Optional<StoredLayer> known = known(key);
        if (known.isPresent()) {
            return lower.plus(known.get());
        }
        long began = System.nanoTime();
        stack.part(kept, size).fetch();
        try (WorkArea area = store.layers().workArea()) {
            LayerMetadata.prepareUpper(area.upper(), lower.view());
            Squash.write(stack, kept, area.upper());
            Captured captured = Capture.capture(area.upper(), lower.view());
            StoredLayer made = store.layers().commit(area, captured.summary(), captured.index());
            DiffId diffId = made.summary().diffId();
            About about = new About(type, what, Duration.ofNanos(System.nanoTime() - began));
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
}
