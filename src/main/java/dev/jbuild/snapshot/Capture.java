package dev.jbuild.snapshot;

import dev.jbuild.fs.TreeRoot;
import dev.jbuild.layer.ContentDigest;
import dev.jbuild.layer.DigestingOutputStream;
import dev.jbuild.layer.LayerEntry;
import dev.jbuild.layer.LayerIndex;
import dev.jbuild.layer.LayerSummary;
import dev.jbuild.layer.LayerTarWriter;
import dev.jbuild.oci.DiffId;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.problem.UserError;
import dev.jbuild.sys.Fd;
import dev.jbuild.sys.Linux;
import dev.jbuild.sys.RawPath;
import java.io.FilterInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Makes a layer of an overlayfs upper directory that nobody writes to any more: exactly what differs from the lower
 * layers.
 *
 * <p>What only looks changed goes: files that were copied up and are as they were, directories of which only the time
 * changed, whiteouts and opaque marks of nothing, sockets. The upper directory is put in order likewise, to be the layer's
 * diff directory: after the capture it holds what the index says, with times of whole seconds.
 */
public final class Capture {
    private final TreeRoot root;
    private final List<UpperEntry> entries;
    private final UpperSelection selection;

    private Capture(TreeRoot root, MergedView lower, List<UpperEntry> entries, Set<RawPath> leaveOut) {
        this.root = root;
        this.entries = entries;
        this.selection = new UpperSelection(contents(root), lower, entries, leaveOut);
    }

    /** The contents of files on disk. */
    static UpperContents contents(TreeRoot root) {
        return entry -> {
            Fd file = root.openFile(entry.path);
            return new FilterInputStream(file.input()) {
                @Override
                public void close() {
                    file.close();
                }
            };
        };
    }

    /** As {@link #capture(Path, MergedView, Set)} with nothing left out. */
    public static Captured capture(Path upper, MergedView lower) throws JbuildException {
        return capture(upper, lower, Set.of());
    }

    /**
     * Captures what is in {@code upper} over {@code lower}.
     *
     * @param leaveOut paths that setting up the step made and that the layer must not hold; a directory among them is kept
     *     if the step put something into it
     * @throws UserError if the step made something that no layer can hold
     */
    public static Captured capture(Path upper, MergedView lower, Set<RawPath> leaveOut) throws JbuildException {
        try (TreeRoot root = TreeRoot.open(upper)) {
            return new Capture(root, lower, UpperTree.list(upper), leaveOut).run();
        } catch (IOException e) {
            throw Failures.of("could not capture what the step changed", e);
        }
    }

    private Captured run() throws IOException, JbuildException {
        selection.make();
        Captured captured = write();
        tidy();
        return captured;
    }

    private Captured write() throws IOException, JbuildException {
        DigestingOutputStream out = new DigestingOutputStream();
        List<LayerEntry> index = new ArrayList<>();
        UpperContents contents = contents(root);
        try (LayerTarWriter tar = new LayerTarWriter(out)) {
            for (UpperEntry entry : selection.kept()) {
                entry.writeTo(tar, contents);
                index.add(entry.toLayerEntry());
            }
        }
        LayerIndex all = LayerIndex.of(index);
        LayerSummary summary = new LayerSummary(new DiffId(out.digest()), ContentDigest.of(all), out.count());
        return new Captured(summary, all, selection.unchanged(), selection.warnings());
    }

    /** From the bottom up, so that a directory is empty when it goes and gets its time after all in it. */
    private void tidy() throws IOException {
        for (int i = entries.size() - 1; i >= 0; i--) {
            UpperEntry entry = entries.get(i);
            if (entry.parent != null && (!entry.kept || entry.becomesWhiteout)) {
                remove(entry);
                entry.parent.touched = true;
            } else if (entry.kind != UpperEntry.Kind.WHITEOUT) {
                if (entry.first == null) {
                    dropAttributes(entry);
                }
                setTime(entry);
            }
        }
    }

    private void remove(UpperEntry entry) throws IOException {
        Fd in = root.parentOf(entry.path);
        if (entry.kind == UpperEntry.Kind.DIRECTORY) {
            Linux.rmdirat(in, entry.path.fileName());
        } else {
            Linux.unlinkat(in, entry.path.fileName());
        }
        if (entry.becomesWhiteout) {
            entry.makeWhiteout(in);
        }
    }

    private void dropAttributes(UpperEntry entry) throws IOException {
        for (String name : entry.surplusAttributes()) {
            Linux.removexattr(root.parentOf(entry.path), entry.path.fileName(), name);
        }
    }

    private void setTime(UpperEntry entry) throws IOException {
        if (entry.touched || entry.stat.mtimeNanos() != 0) {
            Linux.utimensat(root.parentOf(entry.path), entry.path.fileName(), entry.stat.mtimeSeconds(), 0);
        }
    }
}
