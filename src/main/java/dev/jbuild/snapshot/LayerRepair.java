package dev.jbuild.snapshot;

import dev.jbuild.fs.TreeRoot;
import dev.jbuild.fs.TreeWriter;
import dev.jbuild.layer.ContentDigest;
import dev.jbuild.layer.DigestingOutputStream;
import dev.jbuild.layer.EntryType;
import dev.jbuild.layer.LayerEntry;
import dev.jbuild.layer.LayerIndex;
import dev.jbuild.layer.LayerSummary;
import dev.jbuild.layer.LayerTarWriter;
import dev.jbuild.oci.DiffId;
import dev.jbuild.oci.Digest;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.snapshot.LayerCheck.Damage;
import dev.jbuild.sys.Fd;
import dev.jbuild.sys.RawPath;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Mends a layer: its directory by what its index says, or its index by what its directory holds. */
public final class LayerRepair {
    private final LayerIndex index;
    private final TreeRoot root;
    private final TreeWriter writer;
    private final Contents contents;
    private final Set<RawPath> touched = new TreeSet<>();

    private LayerRepair(LayerIndex index, TreeRoot root, TreeWriter writer, Contents contents) {
        this.index = index;
        this.root = root;
        this.writer = writer;
        this.contents = contents;
    }

    /** Where the bytes of files are found again. */
    @FunctionalInterface
    public interface Contents {
        /** A file with this content elsewhere, if there is one; whether it really has it is checked by a new {@link LayerCheck}. */
        Optional<Path> find(Digest content) throws JbuildException;
    }

    /** Makes what is damaged anew, as far as that can be. Whether all was mended, a new {@link LayerCheck} says. */
    public static void mend(Path directory, LayerIndex index, List<Damage> damages, Contents contents)
            throws JbuildException {
        try (TreeRoot root = TreeRoot.open(directory);
                TreeWriter writer = TreeWriter.open(directory, TreeWriter.Ownership.KEEP)) {
            LayerRepair repair = new LayerRepair(index, root, writer, contents);
            repair.mend(damages);
            repair.describeTouched();
            writer.finish();
        } catch (IOException e) {
            throw Failures.of("could not mend the layer", e);
        }
    }

    private void mend(List<Damage> damages) throws IOException, JbuildException {
        Set<RawPath> paths = new TreeSet<>();
        for (Damage damage : damages) {
            Optional<LayerEntry> entry = index.find(damage.path());
            if (entry.isEmpty()) {
                if (!damage.path().isRoot()) {
                    writer.remove(damage.path());
                    touch(damage.path());
                }
            } else {
                // Names of one file are mended together.
                RawPath first = entry.get().hardLinkTo().orElse(damage.path());
                index.entries().stream()
                        .filter(other ->
                                other.path().equals(first) || other.hardLinkTo().equals(Optional.of(first)))
                        .forEach(other -> paths.add(other.path()));
            }
        }
        for (RawPath path : paths) {
            mend(index.find(path).orElseThrow());
        }
    }

    private void touch(RawPath path) {
        touched.add(path.parent());
    }

    private void mend(LayerEntry entry) throws IOException, JbuildException {
        RawPath path = entry.path();
        touch(path);
        if (entry.type() == EntryType.WHITEOUT) {
            writer.whiteout(path);
        } else if (entry.isDirectory()) {
            directory(entry);
        } else if (entry.hardLinkTo().isPresent()) {
            writer.hardLink(path, entry.hardLinkTo().get());
        } else if (entry.type() == EntryType.FILE) {
            file(entry);
        } else {
            writer.special(path, LayerMetadata.of(entry));
        }
    }

    private void directory(LayerEntry entry) throws IOException {
        writer.directory(entry.path(), LayerMetadata.of(entry));
        if (entry.opaque() && !entry.path().isRoot()) {
            writer.opaque(entry.path());
        }
    }

    /** A new file, for the one that is there may be another layer's too. */
    private void file(LayerEntry entry) throws IOException, JbuildException {
        if (holds(entry)) {
            try (Fd own = root.openFile(entry.path())) {
                writer.file(entry.path(), LayerMetadata.of(entry), own);
            }
            return;
        }
        Optional<Path> elsewhere =
                entry.content().isPresent() ? contents.find(entry.content().get()) : Optional.empty();
        if (entry.size() == 0) {
            writer.file(entry.path(), LayerMetadata.of(entry), InputStream.nullInputStream());
        } else if (elsewhere.isPresent()) {
            try (InputStream in = Files.newInputStream(elsewhere.get())) {
                writer.file(entry.path(), LayerMetadata.of(entry), in);
            }
        }
    }

    private boolean holds(LayerEntry entry) {
        try (Fd file = root.openFile(entry.path());
                InputStream in = file.input()) {
            MessageDigest sha256 = Digest.newSha256();
            new DigestInputStream(in, sha256).transferTo(OutputStream.nullOutputStream());
            return entry.content().equals(Optional.of(Digest.of(sha256.digest())));
        } catch (IOException e) {
            return false;
        }
    }

    /** What was made in a directory changed its time. */
    private void describeTouched() throws IOException {
        for (RawPath directory : touched) {
            Optional<LayerEntry> entry = index.find(directory);
            if (entry.isPresent() && entry.get().isDirectory()) {
                directory(entry.get());
            }
        }
    }

    /**
     * The index of a directory as it stands, with the digest of the tar that it gives.
     *
     * @param withRoot whether the layer says something of the root, which most don't
     */
    public static Captured describe(Path directory, boolean withRoot) throws JbuildException {
        try (TreeRoot root = TreeRoot.open(directory)) {
            return describe(root, UpperTree.list(directory), withRoot);
        } catch (IOException e) {
            throw Failures.of("could not read the layer", e);
        }
    }

    private static Captured describe(TreeRoot root, List<UpperEntry> entries, boolean withRoot)
            throws IOException, JbuildException {
        DigestingOutputStream out = new DigestingOutputStream();
        BufferedOutputStream buffered = new BufferedOutputStream(out, 1 << 17);
        List<LayerEntry> index = new ArrayList<>();
        Map<Long, UpperEntry> firsts = new HashMap<>();
        try (LayerTarWriter tar = new LayerTarWriter(buffered)) {
            for (UpperEntry entry : entries) {
                if ((withRoot || entry.parent != null) && entry.kind != UpperEntry.Kind.SOCKET) {
                    entry.opaque = entry.kind == UpperEntry.Kind.DIRECTORY && entry.isMarkedOpaque();
                    if (entry.kind == UpperEntry.Kind.OTHER && entry.stat.links() > 1) {
                        entry.first = firsts.putIfAbsent(entry.stat.inode(), entry);
                    }
                    entry.writeTo(tar, Capture.contents(root));
                    index.add(entry.toLayerEntry());
                }
            }
        }
        buffered.flush();
        LayerIndex all = LayerIndex.of(index);
        LayerSummary summary = new LayerSummary(new DiffId(out.digest()), ContentDigest.of(all), out.count());
        return new Captured(summary, all, List.of(), List.of());
    }
}
