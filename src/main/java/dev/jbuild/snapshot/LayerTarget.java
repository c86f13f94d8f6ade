package dev.jbuild.snapshot;

import dev.jbuild.fs.Metadata;
import dev.jbuild.oci.Digest;
import dev.jbuild.sys.RawPath;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** Where the entries of a layer's archive go as they are read. */
interface LayerTarget {
    /** Takes note of nothing: the archive is only read. */
    class Nowhere implements LayerTarget {
        @Override
        public void directory(RawPath path, Metadata metadata) {}

        @Override
        public void file(RawPath path, Metadata metadata, InputStream content) throws IOException {
            content.transferTo(OutputStream.nullOutputStream());
        }

        @Override
        public void contentAt(Digest content, long offset) {}

        @Override
        public void copyFromBelow(RawPath path, Metadata metadata, MergedView.Found from) {}

        @Override
        public void special(RawPath path, Metadata metadata) {}

        @Override
        public void hardLink(RawPath path, RawPath existing) {}

        @Override
        public void describe(RawPath path, Metadata metadata) {}

        @Override
        public void whiteout(RawPath path) {}

        @Override
        public void opaque(RawPath directory) {}

        @Override
        public void remove(RawPath path) {}

        @Override
        public void finish() {}
    }

    /** A directory with these attributes, also for one that is there, and for the root. */
    void directory(RawPath path, Metadata metadata) throws IOException;

    /** A file with all of a stream as its content, which is read to its end. */
    void file(RawPath path, Metadata metadata, InputStream content) throws IOException;

    /**
     * Where in the archive the content stands that was given last.
     *
     * @param offset of its entry's first header, in bytes from the start of the archive
     */
    void contentAt(Digest content, long offset);

    /** A file with the content of one of the layers below. */
    void copyFromBelow(RawPath path, Metadata metadata, MergedView.Found from) throws IOException;

    /** A symlink, device or fifo. */
    void special(RawPath path, Metadata metadata) throws IOException;

    /** A further name for an entry that is there. */
    void hardLink(RawPath path, RawPath existing) throws IOException;

    /** Says anew what a file is that is there. */
    void describe(RawPath path, Metadata metadata) throws IOException;

    /** Nothing of lower layers is at the path. */
    void whiteout(RawPath path) throws IOException;

    /** Nothing of lower layers is in the directory, which is there. */
    void opaque(RawPath directory) throws IOException;

    /** What is at a path goes, with all beneath it. */
    void remove(RawPath path) throws IOException;

    /** All entries were given, once. */
    void finish() throws IOException;
}
