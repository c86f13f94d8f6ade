package dev.jbuild.image;

import dev.jbuild.layer.LayerEntry;
import dev.jbuild.layer.LayerIndex;
import dev.jbuild.oci.DiffId;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.store.LayerStore.StoredLayer;
import dev.jbuild.sys.HostPaths;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.util.Collection;
import java.util.List;

/** A layer whose files lie in the store. */
record UnpackedLayer(StoredLayer layer) implements ReadableLayer {
    @Override
    public DiffId diffId() {
        return layer.summary().diffId();
    }

    @Override
    public long tarSize() {
        return layer.summary().tarSize();
    }

    @Override
    public LayerIndex index() throws JbuildException {
        return layer.index();
    }

    @Override
    public List<LayerEntry> contents(Collection<LayerEntry> files, Sink sink) throws IOException, JbuildException {
        for (LayerEntry file : files) {
            try (InputStream content = open(file)) {
                sink.accept(file, content);
            }
        }
        return List.of();
    }

    private InputStream open(LayerEntry file) throws IOException {
        return Files.newInputStream(HostPaths.resolve(layer.directory(), file.path()), LinkOption.NOFOLLOW_LINKS);
    }

    @Override
    public boolean has(LayerEntry file) {
        return true;
    }

    @Override
    public OrderedContents ordered(Collection<LayerEntry> files) {
        return new OrderedContents() {
            @Override
            public InputStream open(LayerEntry file) throws IOException {
                return UnpackedLayer.this.open(file);
            }

            @Override
            public void close() {
                // Each file is closed by whoever opened it.
            }
        };
    }
}
