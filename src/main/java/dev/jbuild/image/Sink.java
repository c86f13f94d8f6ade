package dev.jbuild.image;

import dev.jbuild.problem.JbuildException;
import java.io.IOException;

/** Where the files of an archive go: into a tar, or a directory. Names use slashes; their directories come before them. */
interface Sink extends AutoCloseable {
    void directory(String name) throws IOException;

    /** A file of exactly so many bytes. */
    void file(String name, long size, LayerBlobs.Writing content) throws IOException, JbuildException;

    /** Ends it. What was written before an exception is worthless. */
    void finish() throws IOException;

    @Override
    void close() throws IOException;
}
