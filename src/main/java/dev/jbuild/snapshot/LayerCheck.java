package dev.jbuild.snapshot;

import dev.jbuild.fs.OverlayXattrs;
import dev.jbuild.fs.TreeRoot;
import dev.jbuild.layer.DigestingOutputStream;
import dev.jbuild.layer.EntryType;
import dev.jbuild.layer.LayerEntry;
import dev.jbuild.layer.LayerIndex;
import dev.jbuild.layer.LayerTarWriter;
import dev.jbuild.oci.DiffId;
import dev.jbuild.oci.Digest;
import dev.jbuild.sys.Fd;
import dev.jbuild.sys.RawPath;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Compares a layer's diff directory with its index: each file's attributes and content, and that there are no others. */
public final class LayerCheck {
    private static final int BUFFER = 128 * 1024;

    private final LayerIndex index;
    private final TreeRoot root;
    private final Map<RawPath, UpperEntry> disk = new TreeMap<>();
    private final Map<RawPath, Long> inodes = new HashMap<>();
    private final boolean missingAttributesAreNormal;
    private final List<Damage> damages = new ArrayList<>();
    private boolean tarIsWhole = true;
    private long bytes;

    private LayerCheck(LayerIndex index, TreeRoot root, List<UpperEntry> entries) throws IOException {
        this.index = index;
        this.root = root;
        // A user namespace doesn't let all attributes of files be set.
        this.missingAttributesAreNormal = OverlayXattrs.ofThisProcess() == OverlayXattrs.USER;
        entries.forEach(entry -> disk.put(entry.path, entry));
    }

    /**
     * Something that isn't as the index says.
     *
     * @param what the end of a sentence that begins with the path
     */
    public record Damage(RawPath path, String what) {
        @Override
        public String toString() {
            return path + " " + what;
        }
    }

    /**
     * What a check found.
     *
     * @param tar the digest of the tar that the directory gives; not the layer's own if that was written by another
     *     program, and absent if not all files could be read
     * @param bytes how much was read
     */
    public record Result(List<Damage> damages, Optional<DiffId> tar, long bytes) {
        public Result {
            damages = List.copyOf(damages);
        }

        public boolean isSound() {
            return damages.isEmpty();
        }
    }

    /** Reads the whole directory. What can't be read is damage. */
    public static Result check(Path directory, LayerIndex index) {
        try (TreeRoot root = TreeRoot.open(directory)) {
            return new LayerCheck(index, root, UpperTree.list(directory)).run();
        } catch (IOException e) {
            String reason = "can't be read: " + e.getMessage();
            return new Result(List.of(new Damage(RawPath.ROOT, reason)), Optional.empty(), 0);
        }
    }

    private Result run() throws IOException {
        DigestingOutputStream digesting = new DigestingOutputStream();
        BufferedOutputStream buffered = new BufferedOutputStream(digesting, BUFFER);
        // No try-with-resources: the end mark of an archive that isn't whole can't be written.
        LayerTarWriter tar = new LayerTarWriter(buffered);
        for (LayerEntry entry : index.entries()) {
            Optional<UpperEntry> found = Optional.ofNullable(disk.remove(entry.path()));
            if (found.isEmpty()) {
                damage(entry, "is missing");
                tarIsWhole = false;
            } else {
                compare(entry, found.get());
                content(entry, found.get(), tar);
            }
        }
        for (RawPath path : disk.keySet()) {
            if (!path.isRoot()) {
                damages.add(new Damage(path, "doesn't belong to the layer"));
            }
        }
        if (!tarIsWhole) {
            return new Result(damages, Optional.empty(), bytes);
        }
        tar.close();
        buffered.flush();
        return new Result(damages, Optional.of(new DiffId(digesting.digest())), bytes);
    }

    private void damage(LayerEntry entry, String what) {
        damages.add(new Damage(entry.path(), what));
    }

    private void compare(LayerEntry entry, UpperEntry found) {
        if (entry.type() == EntryType.WHITEOUT) {
            if (found.kind != UpperEntry.Kind.WHITEOUT) {
                damage(entry, "should be a whiteout");
            }
            return;
        }
        if (found.kind == UpperEntry.Kind.WHITEOUT || found.kind == UpperEntry.Kind.SOCKET) {
            damage(entry, "is of another type");
            return;
        }
        Optional<String> difference = found.differenceFrom(entry, missingAttributesAreNormal);
        if (difference.isPresent()) {
            damage(entry, difference.get());
        } else if (!found.hasTimeOf(entry)) {
            damage(entry, "has another time");
        } else if (entry.isDirectory() && !entry.path().isRoot() && entry.opaque() != found.isMarkedOpaque()) {
            damage(entry, entry.opaque() ? "has lost its opaque mark" : "is opaque");
        } else if (!isRightLink(entry, found)) {
            damage(entry, "is no hard link to " + entry.hardLinkTo().orElseThrow());
        }
    }

    private boolean isRightLink(LayerEntry entry, UpperEntry found) {
        inodes.put(entry.path(), found.stat.inode());
        return entry.hardLinkTo().isEmpty()
                || Long.valueOf(found.stat.inode())
                        .equals(inodes.get(entry.hardLinkTo().get()));
    }

    private void content(LayerEntry entry, UpperEntry found, LayerTarWriter tar) throws IOException {
        boolean hasContent =
                entry.type() == EntryType.FILE && entry.hardLinkTo().isEmpty();
        if (!hasContent) {
            if (tarIsWhole) {
                tar.add(entry);
            }
            return;
        }
        if (!found.stat.isFile() || found.stat.size() != entry.size()) {
            if (found.stat.isFile()) {
                damage(entry, "has " + found.stat.size() + " bytes instead of " + entry.size());
            }
            tarIsWhole = false;
            return;
        }
        MessageDigest sha256 = Digest.newSha256();
        try (Fd file = root.openFile(entry.path());
                InputStream in = new DigestInputStream(file.input(), sha256)) {
            if (tarIsWhole) {
                tar.add(entry, in);
            } else {
                in.transferTo(OutputStream.nullOutputStream());
            }
            bytes += entry.size();
        } catch (IOException e) {
            damage(entry, "can't be read: " + e.getMessage());
            tarIsWhole = false;
            return;
        }
        if (entry.content().isPresent() && !entry.content().get().equals(Digest.of(sha256.digest()))) {
            damage(entry, "has another content");
        }
    }
}
