package dev.jbuild.snapshot;

import dev.jbuild.fs.TreeRoot;
import dev.jbuild.layer.ContentDigest;
import dev.jbuild.layer.DigestingOutputStream;
import dev.jbuild.layer.LayerEntry;
import dev.jbuild.layer.LayerIndex;
import dev.jbuild.layer.LayerSummary;
import dev.jbuild.layer.LayerTarWriter;
import dev.jbuild.oci.DiffId;
import dev.jbuild.oci.Digest;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.problem.UserError;
import dev.jbuild.sys.Fd;
import dev.jbuild.sys.Linux;
import dev.jbuild.sys.RawPath;
import dev.jbuild.sys.Stat;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
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
    private static final byte[] WHITEOUT_PREFIX = ".wh.".getBytes(StandardCharsets.US_ASCII);

    private final TreeRoot root;
    private final MergedView lower;
    private final List<UpperEntry> entries;
    private final Set<RawPath> leaveOut;
    private final List<RawPath> unchanged = new ArrayList<>();
    private final List<String> warnings = new ArrayList<>();

    private Capture(TreeRoot root, MergedView lower, List<UpperEntry> entries, Set<RawPath> leaveOut) {
        this.root = root;
        this.lower = lower;
        this.entries = entries;
        this.leaveOut = leaveOut;
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

    private Captured run() throws IOException, UserError {
        dropAttributesThatDontFit();
        decide();
        refuseWhiteoutNames();
        Captured captured = write();
        tidy();
        return captured;
    }

    /** A PAX record ends the attribute's name at the first equals sign. */
    private void dropAttributesThatDontFit() {
        for (UpperEntry entry : entries) {
            entry.xattrs.keySet().removeIf(name -> {
                boolean unfit = name.indexOf('=') >= 0;
                if (unfit) {
                    warnings.add("the attribute " + name + " of " + entry.path
                            + " was left out, because a layer can't hold an equals sign in such a name");
                }
                return unfit;
            });
        }
    }

    // ---- what belongs to the layer

    private void decide() throws IOException {
        HardLinks links = new HardLinks();
        RawPath hider = null;
        for (UpperEntry entry : entries) {
            if (hider != null && !entry.path.startsWith(hider)) {
                hider = null;
            }
            LayerEntry below = hider != null
                    ? null
                    : lower.find(entry.path).map(MergedView.Found::entry).orElse(null);
            boolean same = below != null && isUnchanged(entry, below);
            entry.kept = below == null ? hasOwnMeaning(entry) : !same;
            if (entry.kind == UpperEntry.Kind.SOCKET) {
                warnings.add("the socket " + entry.path + " was left out, because a layer can't hold sockets");
            }
            if (leaveOut.contains(entry.path)) {
                entry.kept = false;
            } else if (entry.kind == UpperEntry.Kind.OTHER) {
                links.add(entry, same ? below : null);
            }
            if (entry.opaque) {
                hider = entry.path;
            }
        }
        links.decide();
        keepParents();
        noteUnchanged();
    }

    /** Whiteouts and sockets mean nothing where nothing is below. */
    private static boolean hasOwnMeaning(UpperEntry entry) {
        return entry.kind == UpperEntry.Kind.DIRECTORY || entry.kind == UpperEntry.Kind.OTHER;
    }

    private boolean isUnchanged(UpperEntry entry, LayerEntry below) throws IOException {
        return switch (entry.kind) {
            case WHITEOUT -> false;
            case SOCKET -> {
                entry.becomesWhiteout = true;
                yield false;
            }
            case DIRECTORY -> {
                entry.opaque = entry.parent != null
                        && entry.isMarkedOpaque()
                        && below.isDirectory()
                        && !lower.children(entry.path).isEmpty();
                yield !entry.opaque
                        && entry.hasAttributesOf(below)
                        && (entry.parent == null || !entry.wasGivenOtherTime(below));
            }
            default ->
                entry.hasAttributesOf(below)
                        && entry.hasTimeOf(below)
                        && (!entry.stat.isFile() || hasContentOf(entry, below));
        };
    }

    private boolean hasContentOf(UpperEntry entry, LayerEntry below) throws IOException {
        if (entry.stat.size() != below.size() || below.content().isEmpty()) {
            return false;
        }
        try (Fd file = root.openFile(entry.path);
                InputStream in = file.input()) {
            MessageDigest digest = Digest.newSha256();
            new DigestInputStream(in, digest).transferTo(OutputStream.nullOutputStream());
            entry.content = Digest.of(digest.digest());
        }
        return below.content().get().equals(entry.content);
    }

    private void keepParents() {
        for (int i = entries.size() - 1; i > 0; i--) {
            UpperEntry parent = entries.get(i).parent;
            if (entries.get(i).kept && parent != null && parent.parent != null) {
                parent.kept = true;
            }
        }
    }

    private void noteUnchanged() {
        for (UpperEntry entry : entries) {
            if (!entry.kept && entry.kind == UpperEntry.Kind.OTHER && !leaveOut.contains(entry.path)) {
                unchanged.add(entry.path);
            }
        }
    }

    private void refuseWhiteoutNames() throws UserError {
        for (UpperEntry entry : entries) {
            byte[] name = entry.path.fileName().bytes();
            boolean clash = name.length >= WHITEOUT_PREFIX.length
                    && Arrays.equals(name, 0, WHITEOUT_PREFIX.length, WHITEOUT_PREFIX, 0, 4);
            if (entry.kept && clash) {
                throw new UserError(
                        "the step made " + entry.path
                                + ", but in a layer a name that begins with .wh. means that a file was removed",
                        "give the file another name, or remove it in the same step");
            }
        }
    }

    // ---- the layer

    private Captured write() throws IOException {
        DigestingOutputStream out = new DigestingOutputStream();
        List<LayerEntry> index = new ArrayList<>();
        try (LayerTarWriter tar = new LayerTarWriter(out)) {
            for (UpperEntry entry : entries) {
                if (entry.kept) {
                    entry.writeTo(tar, root);
                    index.add(entry.toLayerEntry());
                }
            }
        }
        LayerIndex all = LayerIndex.of(index);
        LayerSummary summary = new LayerSummary(new DiffId(out.digest()), ContentDigest.of(all), out.count());
        return new Captured(summary, all, unchanged, warnings);
    }

    // ---- the directory

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
            Linux.mknodat(in, entry.path.fileName(), Stat.CHARACTER_DEVICE, 0, 0);
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
