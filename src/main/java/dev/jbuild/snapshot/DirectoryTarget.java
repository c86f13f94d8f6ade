package dev.jbuild.snapshot;

import dev.jbuild.fs.Metadata;
import dev.jbuild.fs.TreeRoot;
import dev.jbuild.fs.TreeWriter;
import dev.jbuild.oci.Digest;
import dev.jbuild.sys.Fd;
import dev.jbuild.sys.RawPath;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;

/** A diff directory in overlayfs's format. */
final class DirectoryTarget implements LayerTarget {
    private final TreeWriter writer;
    private final LayerStack lower;

    DirectoryTarget(TreeWriter writer, LayerStack lower) {
        this.writer = writer;
        this.lower = lower;
    }

    @Override
    public void directory(RawPath path, Metadata metadata) throws IOException {
        writer.directory(path, metadata);
    }

    @Override
    public void file(RawPath path, Metadata metadata, InputStream content) throws IOException {
        writer.file(path, metadata, content);
    }

    @Override
    public void contentAt(Digest content, long offset) {}

    @Override
    public void copyFromBelow(RawPath path, Metadata metadata, MergedView.Found from) throws IOException {
        Path directory = lower.layers().get(from.layer()).directory();
        try (TreeRoot root = TreeRoot.open(directory);
                Fd content = root.openFile(from.entry().path())) {
            writer.file(path, metadata, content);
        }
    }

    @Override
    public void special(RawPath path, Metadata metadata) throws IOException {
        writer.special(path, metadata);
    }

    @Override
    public void hardLink(RawPath path, RawPath existing) throws IOException {
        writer.hardLink(path, existing);
    }

    @Override
    public void describe(RawPath path, Metadata metadata) throws IOException {
        writer.describe(path, metadata);
    }

    @Override
    public void whiteout(RawPath path) throws IOException {
        writer.whiteout(path);
    }

    @Override
    public void opaque(RawPath directory) throws IOException {
        writer.opaque(directory);
    }

    @Override
    public void remove(RawPath path) throws IOException {
        writer.remove(path);
    }

    @Override
    public void finish() throws IOException {
        writer.finish();
    }
}
