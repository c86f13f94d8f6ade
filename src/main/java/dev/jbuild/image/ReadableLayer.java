package dev.jbuild.image;

import dev.jbuild.layer.LayerEntry;
import dev.jbuild.layer.LayerIndex;
import dev.jbuild.oci.DiffId;
import dev.jbuild.problem.JbuildException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Collection;
import java.util.List;

/** A layer that is looked into, unpacked or not. */
interface ReadableLayer {
    DiffId diffId();

    /** Bytes of the uncompressed tar. */
    long tarSize();

    LayerIndex index() throws JbuildException;

    /**
     * Gives the contents of files to {@code sink}, in the order that is the quickest here.
     *
     * @return those of them that this layer has no content of its own for
     */
    List<LayerEntry> contents(Collection<LayerEntry> files, Sink sink) throws IOException, JbuildException;

    /** Whether this layer has the content of a file of its own. */
    boolean has(LayerEntry file);

    /**
     * Begins to give contents in the caller's order.
     *
     * @param files all that will be asked for, none of which is missing here
     */
    OrderedContents ordered(Collection<LayerEntry> files) throws IOException, JbuildException;

    /** Takes the content of a file. */
    @FunctionalInterface
    interface Sink {
        void accept(LayerEntry file, InputStream content) throws IOException, JbuildException;
    }
}
