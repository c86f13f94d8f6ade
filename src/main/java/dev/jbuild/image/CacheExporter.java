package dev.jbuild.image;

import dev.jbuild.cache.remote.CacheWriter;
import dev.jbuild.cache.remote.CopyableLayer;
import dev.jbuild.cache.remote.IndexBlob;
import dev.jbuild.cache.remote.ResultRecord;
import dev.jbuild.cache.remote.ResultRecord.RecordedLayer;
import dev.jbuild.layer.Compression;
import dev.jbuild.oci.Descriptor;
import dev.jbuild.oci.DiffId;
import dev.jbuild.oci.Digest;
import dev.jbuild.problem.BuildCancelled;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.progress.Cancellation;
import dev.jbuild.store.LayerStore.StoredLayer;
import dev.jbuild.store.Store;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Writes the results of steps to a cache outside the store. */
public final class CacheExporter {
    private final Store store;
    private final LayerForms forms;
    private final TransferProgress progress;
    private final Cancellation cancellation;

    public CacheExporter(Store store, TransferProgress progress, Cancellation cancellation) {
        this.store = store;
        this.forms = new LayerForms(store);
        this.progress = progress;
        this.cancellation = cancellation;
    }

    /**
     * The result of one step of the build.
     *
     * @param layer the layer that it made
     * @param extent when the cache is to have the files of that layer, too
     */
    public record StepExport(Digest key, Instant created, Optional<StoredLayer> layer, Extent extent) {
        /** When a cache is to have the files of a layer. */
        public enum Extent {
            /** The layer is in the image. */
            ALWAYS,
            /** The layer is of a step of another stage. */
            IN_FULL,
            /** The layer is one of a base image: a registry has it. */
            NEVER
        }
    }

    /**
     * Writes the results, several at once.
     *
     * @param damaged the keys of results that some cache promised and couldn't give
     */
    public void export(List<StepExport> steps, CacheExport export, CacheWriter writer, Set<Digest> damaged)
            throws JbuildException {
        Parallel.map(steps, Transfers.THREADS, cancellation, () -> {}, step -> {
            Optional<ResultRecord> there = writer.find(step.key());
            if (there.isPresent() && damaged.contains(step.key())) {
                writer.dropDamaged(there.get());
                there = writer.find(step.key());
            }
            if (there.isEmpty() || !isEnough(there.get(), step, export)) {
                writer.put(new ResultRecord(step.key(), step.created(), layer(step, export, writer)));
            }
            return step;
        });
        writer.finish();
    }

    /** Whether what the cache has of a step is what would be written. */
    private static boolean isEnough(ResultRecord there, StepExport step, CacheExport export) {
        if (there.layer().isEmpty() || step.layer().isEmpty()) {
            return there.layer().isEmpty() && step.layer().isEmpty();
        }
        RecordedLayer recorded = there.layer().get();
        boolean same = recorded.summary().equals(step.layer().get().summary());
        boolean formed = recorded.blob().isPresent()
                ? !export.force() || isCompressed(recorded.blob().get(), export.compression())
                : !withFiles(step, export);
        return same && formed && recorded.index().isPresent();
    }

    private static boolean isCompressed(Descriptor blob, Compression compression) {
        return Compression.ofLayerType(blob.mediaType()).equals(Optional.of(compression));
    }

    private static boolean withFiles(StepExport step, CacheExport export) {
        return switch (step.extent()) {
            case ALWAYS -> true;
            case IN_FULL -> export.max();
            case NEVER -> false;
        };
    }

    private Optional<RecordedLayer> layer(StepExport step, CacheExport export, CacheWriter writer)
            throws JbuildException {
        if (step.layer().isEmpty()) {
            return Optional.empty();
        }
        StoredLayer layer = step.layer().get();
        IndexBlob index = IndexBlob.of(layer.summary(), layer.index());
        writer.put(index.descriptor(), index::open);
        Optional<Descriptor> blob = withFiles(step, export) ? blob(layer, export, writer) : Optional.empty();
        return Optional.of(new RecordedLayer(layer.summary(), blob, Optional.of(index.descriptor())));
    }

    /** Puts the layer's bytes there; nothing if it was never fetched and can't be now. */
    private Optional<Descriptor> blob(StoredLayer layer, CacheExport export, CacheWriter writer)
            throws JbuildException {
        DiffId diffId = layer.summary().diffId();
        if (layer instanceof CopyableLayer elsewhere && !elsewhere.isHere()) {
            if (elsewhere.blob().isEmpty()) {
                return Optional.empty();
            }
            if (!export.force() || isCompressed(elsewhere.blob().get(), export.compression())) {
                return copied(elsewhere, writer);
            }
            layer.fetch();
        }
        Descriptor plain = ImageAssembler.plain(layer.summary());
        Descriptor blob = forms.compressed(plain, diffId, export.compression(), export.level());
        forms.store(blob, diffId);
        writer.put(blob, () -> store.blobs().open(blob.digest()));
        progress.update("writing layer " + blob.digest(), blob.size(), blob.size(), true);
        return Optional.of(blob);
    }

    private Optional<Descriptor> copied(CopyableLayer layer, CacheWriter writer) throws JbuildException {
        Descriptor blob = layer.blob().orElseThrow();
        try {
            writer.put(blob, layer::openBlob);
            progress.update("writing layer " + blob.digest(), blob.size(), blob.size(), true);
            return Optional.of(blob);
        } catch (BuildCancelled e) {
            throw e;
        } catch (JbuildException e) {
            // The step is known all the same; whoever needs its files runs it.
            return Optional.empty();
        }
    }
}
