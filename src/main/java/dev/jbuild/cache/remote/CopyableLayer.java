package dev.jbuild.cache.remote;

import dev.jbuild.oci.Descriptor;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.store.LayerStore.StoredLayer;
import java.io.InputStream;
import java.util.Optional;

/** A layer of another cache, whose blob can be copied without unpacking it. */
public interface CopyableLayer extends StoredLayer {
    /** Whether the layer was fetched, so that it is in the store. */
    boolean isHere();

    /** What the other cache has, if it has the layer's files. */
    Optional<Descriptor> blob();

    InputStream openBlob() throws JbuildException;
}
