package dev.jbuild.store;

import dev.jbuild.layer.LayerIndex;
import dev.jbuild.layer.LayerSummary;
import dev.jbuild.oci.DiffId;
import dev.jbuild.problem.JbuildException;
import java.nio.file.Path;
import java.util.Optional;

/** Unpacked layers by DiffID: a diff directory (overlayfs format) and an index each. */
public interface LayerStore {
    Optional<StoredLayer> find(DiffId diffId) throws JbuildException;

    /**
     * A new, empty directory on the store's file system to make a layer in, removed soon after its close with all its content,
     * but its {@code fs} if that was committed. It holds {@code fs} (the upper directory) and {@code work}.
     */
    WorkArea workArea() throws JbuildException;

    /**
     * Publishes {@code area}'s {@code fs} as a layer by renaming it into place. When the layer is there already, that one
     * is returned and {@code area} keeps its content.
     */
    StoredLayer commit(WorkArea area, LayerSummary summary, LayerIndex index) throws JbuildException;

    /** Total bytes of the files of all layers, for disk usage reports. */
    long size() throws JbuildException;

    /** Where a layer is being made. */
    interface WorkArea extends AutoCloseable {
        /** The diff directory to be; an overlay mount's upperdir. Mode 0755. */
        Path upper();

        /** An empty directory beside it, for an overlay mount's workdir. */
        Path work();

        @Override
        void close();
    }

    /** A layer that is there. */
    interface StoredLayer {
        LayerSummary summary();

        default DiffId diffId() {
            return summary().diffId();
        }

        /** Whether it is known what is in it: if not, it has no more than a DiffID. */
        default boolean isKnown() {
            return true;
        }

        /** The diff directory; only for reading and as a lowerdir. */
        Path directory();

        /** Makes the directory present, if the layer is elsewhere yet. */
        default void fetch() throws JbuildException {}

        /** Makes the layer present in some form, if it is elsewhere yet. */
        default void keep() throws JbuildException {
            fetch();
        }

        /** The index, loaded by the first call and kept. */
        LayerIndex index() throws JbuildException;
    }
}
