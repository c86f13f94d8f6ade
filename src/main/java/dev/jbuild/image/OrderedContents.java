package dev.jbuild.image;

import dev.jbuild.layer.LayerEntry;
import dev.jbuild.problem.JbuildException;
import java.io.IOException;
import java.io.InputStream;

/** Contents of files of one layer, given one after the other in the order in which the caller wants them. */
interface OrderedContents extends AutoCloseable {
    /**
     * The content of the next file, one of those that were announced. It is read, in part or to its end, before the next
     * is asked for, and closed by the caller.
     */
    InputStream open(LayerEntry file) throws IOException, JbuildException;

    @Override
    void close() throws IOException;
}
