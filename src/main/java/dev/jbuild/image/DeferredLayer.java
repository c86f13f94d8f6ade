package dev.jbuild.image;

import dev.jbuild.layer.LayerIndex;
import dev.jbuild.layer.LayerSummary;
import dev.jbuild.oci.DiffId;
import dev.jbuild.store.LayerStore.StoredLayer;
import java.nio.file.Path;

/** A layer that nobody looks into: enough to make an image upon it, wherever its bytes are. */
record DeferredLayer(DiffId diffId) implements StoredLayer {
    @Override
    public boolean isKnown() {
        return false;
    }

    @Override
    public LayerSummary summary() {
        throw unread();
    }

    @Override
    public Path directory() {
        throw unread();
    }

    @Override
    public LayerIndex index() {
        throw unread();
    }

    @Override
    public void fetch() {
        throw unread();
    }

    /** It is, where it is. */
    @Override
    public void keep() {}

    private IllegalStateException unread() {
        return new IllegalStateException("layer " + diffId + " was to be left alone");
    }
}
