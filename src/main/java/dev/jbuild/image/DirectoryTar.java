package dev.jbuild.image;

import dev.jbuild.context.SourceTree;
import dev.jbuild.layer.EntryType;
import dev.jbuild.layer.LayerEntry;
import dev.jbuild.layer.LayerTarWriter;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.progress.Cancellation;
import dev.jbuild.sys.RawPath;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Optional;

/** Writes a tree of files as a tar that is the same whoever owns them and whenever they were written. */
final class DirectoryTar {
    private final SourceTree tree;
    private final long time;
    private final LayerTarWriter tar;
    private final Cancellation cancellation;

    private DirectoryTar(SourceTree tree, long time, LayerTarWriter tar, Cancellation cancellation) {
        this.tree = tree;
        this.time = time;
        this.tar = tar;
        this.cancellation = cancellation;
    }

    /** @param time of all files, in seconds */
    static void write(SourceTree tree, long time, OutputStream out, Cancellation cancellation)
            throws IOException, JbuildException {
        try (LayerTarWriter tar = new LayerTarWriter(out)) {
            new DirectoryTar(tree, time, tar, cancellation).add(RawPath.ROOT);
        }
    }

    private void add(RawPath directory) throws IOException, JbuildException {
        for (LayerEntry child : tree.children(directory)) {
            cancellation.throwIfCancelled();
            LayerEntry entry = ofRoot(child);
            if (entry.type() == EntryType.FILE) {
                try (InputStream content = tree.open(child.path())) {
                    tar.add(entry, content);
                }
            } else {
                tar.add(entry);
            }
            if (entry.isDirectory()) {
                add(child.path());
            }
        }
    }

    private LayerEntry ofRoot(LayerEntry entry) {
        return new LayerEntry(
                entry.path(),
                entry.type(),
                entry.mode(),
                0,
                0,
                entry.size(),
                time,
                entry.linkTarget(),
                entry.deviceMajor(),
                entry.deviceMinor(),
                entry.xattrs(),
                entry.content(),
                Optional.empty(),
                false);
    }
}
