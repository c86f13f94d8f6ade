package dev.jbuild.snapshot;

import dev.jbuild.fs.TreeRoot;
import dev.jbuild.fs.TreeWriter;
import dev.jbuild.layer.EntryType;
import dev.jbuild.layer.LayerEntry;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.snapshot.MergedView.Found;
import dev.jbuild.sys.Fd;
import dev.jbuild.sys.RawPath;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Makes one layer of the upper layers of a stack: what they show over the lower ones, without anything that they hide from
 * each other. What comes of it is an upper directory, to be captured like one that a step has left.
 */
final class Squash {
    private final LayerStack stack;
    private final int kept;
    private final TreeWriter writer;
    private final Map<Inode, RawPath> written = new HashMap<>();

    private Squash(LayerStack stack, int kept, TreeWriter writer) {
        this.stack = stack;
        this.kept = kept;
        this.writer = writer;
    }

    /** A file of one layer, whatever its names are. */
    private record Inode(int layer, RawPath firstName) {}

    /**
     * Writes what the layers from number {@code kept} on show over those below.
     *
     * @param upper an empty directory
     */
    static void write(LayerStack stack, int kept, Path upper) throws JbuildException {
        MergedView whole = stack.view();
        MergedView lower = stack.part(0, kept).view();
        try (TreeWriter writer = TreeWriter.open(upper, TreeWriter.Ownership.KEEP)) {
            Squash squash = new Squash(stack, kept, writer);
            squash.write(whole.find(RawPath.ROOT).orElseThrow());
            for (Found found : whole.beneath(RawPath.ROOT)) {
                squash.write(found);
            }
            for (Found found : lower.beneath(RawPath.ROOT)) {
                squash.hide(found.entry().path(), whole);
            }
            writer.finish();
        } catch (IOException e) {
            throw Failures.of("could not make one layer of several", e);
        }
    }

    private void write(Found found) throws IOException {
        LayerEntry entry = found.entry();
        if (found.layer() < kept || entry.type() == EntryType.WHITEOUT) {
            return;
        }
        if (entry.isDirectory()) {
            writer.directory(entry.path(), LayerMetadata.of(entry));
            return;
        }
        Inode inode = new Inode(found.layer(), entry.hardLinkTo().orElse(entry.path()));
        Optional<RawPath> first = Optional.ofNullable(written.putIfAbsent(inode, entry.path()));
        if (first.isPresent()) {
            writer.hardLink(entry.path(), first.get());
        } else if (entry.type() == EntryType.FILE) {
            try (TreeRoot layer =
                            TreeRoot.open(stack.layers().get(found.layer()).directory());
                    Fd content = layer.openFile(inode.firstName())) {
                writer.file(entry.path(), LayerMetadata.of(entry), content);
            }
        } else {
            writer.special(entry.path(), LayerMetadata.of(entry));
        }
    }

    /** Marks what the lower layers have and the whole has not; what is beneath it is gone with it. */
    private void hide(RawPath path, MergedView whole) throws IOException {
        boolean inDirectory = whole.find(path.parent())
                .filter(parent -> parent.entry().isDirectory())
                .isPresent();
        if (inDirectory && whole.find(path).isEmpty()) {
            writer.whiteout(path);
        }
    }
}
