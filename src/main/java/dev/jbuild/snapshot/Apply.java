package dev.jbuild.snapshot;

import dev.jbuild.fs.TreeWriter;
import dev.jbuild.layer.ArchiveLimits;
import dev.jbuild.layer.ContentDigest;
import dev.jbuild.layer.EntryType;
import dev.jbuild.layer.LayerEntry;
import dev.jbuild.layer.LayerIndex;
import dev.jbuild.layer.LayerSummary;
import dev.jbuild.layer.LayerTarReader;
import dev.jbuild.layer.TarEntry;
import dev.jbuild.oci.DiffId;
import dev.jbuild.oci.Digest;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.problem.UserError;
import dev.jbuild.sys.RawPath;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Unpacks a layer's tar into a diff directory in overlayfs's format.
 *
 * <p>Marks of removal count for lower layers only, wherever in the archive they stand; of several entries for a path the
 * last counts. Where the archive leaves something to its lower layers (attributes of directories without entries, hard
 * links to their files, symlinks on the way) these are asked. Names with {@code ..}, devices that overlayfs takes for
 * whiteouts and overlayfs's own attributes never get into the directory.
 */
public final class Apply {
    private static final int MOST_SYMLINKS = 255;
    /** What a system call takes, without the NUL: somebody will want to open the file. */
    private static final int LONGEST_PATH = 4095;

    private static final String WHITEOUT = ".wh.";
    private static final String AUFS = ".wh..wh.";
    private static final String OPAQUE = ".wh..wh..opq";
    private static final RawPath UP = RawPath.of("..");

    private final LayerTarget writer;
    private final MergedView below;
    private final boolean lowerIsKnown;
    private final LayerXattrs xattrs;
    private final LayerDraft draft = new LayerDraft();
    private final Map<RawPath, Link> pendingLinks = new LinkedHashMap<>();
    private final Set<RawPath> whiteoutsMade = new HashSet<>();
    private boolean selfContained = true;

    /** A hard link that the archive has, and where it leads. */
    private record Link(TarEntry entry, RawPath target) {}

    private Apply(LayerTarget target, Optional<MergedView> lower) throws IOException {
        this.xattrs = LayerXattrs.ofThisProcess();
        this.writer = target;
        this.below = lower.orElseGet(() -> MergedView.of(List.of()));
        this.lowerIsKnown = lower.isPresent();
    }

    /**
     * Unpacks a layer of which nobody knows yet what it lies on.
     *
     * @return nothing if that matters: then what is in {@code directory} is of no use, and the layer is to be unpacked again,
     *     over its lower layers. {@code tar} was read to its end in any case.
     */
    public static Optional<Applied> applyAlone(InputStream tar, Path directory, ArchiveLimits limits)
            throws JbuildException {
        return Optional.of(apply(tar, directory, Optional.empty(), limits)).filter(Applied::selfContained);
    }

    /** Unpacks a layer that lies on {@code lower}; the lowest one lies on {@link LayerStack#EMPTY}. */
    public static Applied apply(InputStream tar, Path directory, LayerStack lower, ArchiveLimits limits)
            throws JbuildException {
        return apply(tar, directory, Optional.of(lower), limits);
    }

    private static Applied apply(InputStream tar, Path directory, Optional<LayerStack> lower, ArchiveLimits limits)
            throws JbuildException {
        try (TreeWriter writer = TreeWriter.open(directory, TreeWriter.Ownership.KEEP)) {
            LayerStack stack = lower.orElse(LayerStack.EMPTY);
            Optional<MergedView> view = lower.isPresent() ? Optional.of(stack.view()) : Optional.empty();
            return new Apply(new DirectoryTarget(writer, stack), view).run(tar, limits);
        } catch (IOException e) {
            throw Failures.of("could not unpack the layer", e);
        }
    }

    /** Reads a layer that lies on {@code lower} as if it were unpacked, and gives its entries to {@code target}. */
    static Applied read(InputStream tar, MergedView lower, LayerTarget target, ArchiveLimits limits)
            throws JbuildException {
        try {
            return new Apply(target, Optional.of(lower)).run(tar, limits);
        } catch (IOException e) {
            throw Failures.of("could not read the layer", e);
        }
    }

    /** The stream isn't closed, but read to its end, for what follows the archive's end mark belongs to the digest. */
    private Applied run(InputStream tar, ArchiveLimits limits) throws IOException, JbuildException {
        MessageDigest sha256 = Digest.newSha256();
        CountingStream counted = new CountingStream(new DigestInputStream(tar, sha256));
        InputStream in = new BufferedInputStream(counted, 1 << 16);
        LayerTarReader reader = new LayerTarReader(in, limits);
        for (Optional<TarEntry> next = reader.next(); next.isPresent(); next = reader.next()) {
            add(next.get(), reader);
        }
        in.transferTo(OutputStream.nullOutputStream());
        LayerIndex index = finish();
        DiffId diffId = new DiffId(Digest.of(sha256.digest()));
        return new Applied(new LayerSummary(diffId, ContentDigest.of(index), counted.count()), index, selfContained);
    }

    // ---- one entry

    private void add(TarEntry entry, LayerTarReader reader) throws IOException, UserError {
        RawPath path = entry.path();
        refuseUp(entry, path);
        if (isOfAufs(path)) {
            return;
        }
        if (path.isRoot()) {
            if (entry.kind() != TarEntry.Kind.DIRECTORY) {
                throw bad(entry, "would replace the root directory");
            }
            directory(path, entry);
            return;
        }
        RawPath parent = resolve(path.parent());
        String name = latin1(path.fileName());
        if (name.equals(OPAQUE)) {
            draft.makeOpaque(parent);
        } else if (name.startsWith(WHITEOUT)) {
            draft.whiteout(parent.resolve(whiteoutTarget(entry, name)));
        } else {
            RawPath at = parent.resolve(path.fileName());
            if (at.bytes().length > LONGEST_PATH) {
                throw bad(entry, "has a path that is too long for Linux");
            }
            imply(parent);
            make(at, entry, reader);
        }
    }

    private static void refuseUp(TarEntry entry, RawPath path) throws UserError {
        if (path.segments().contains(UP)) {
            throw bad(entry, "has a .. in its path");
        }
    }

    /** Whether it is something that the old storage driver aufs kept for itself. */
    private static boolean isOfAufs(RawPath path) {
        String text = latin1(path);
        boolean aufs = text.startsWith(AUFS) || text.contains("/" + AUFS);
        return aufs
                && !(text.lastIndexOf(AUFS) == text.length() - OPAQUE.length()
                        && text.endsWith(OPAQUE)
                        && text.indexOf(AUFS) == text.lastIndexOf(AUFS));
    }

    private static RawPath whiteoutTarget(TarEntry entry, String name) throws UserError {
        String target = name.substring(WHITEOUT.length());
        if (target.isEmpty() || target.equals(".") || target.equals("..")) {
            throw bad(entry, "is an invalid whiteout: it names no file");
        }
        return RawPath.of(target.getBytes(StandardCharsets.ISO_8859_1));
    }

    private void make(RawPath path, TarEntry entry, LayerTarReader reader) throws IOException, UserError {
        pendingLinks.remove(path);
        switch (entry.kind()) {
            case DIRECTORY -> directory(path, entry);
            case FILE -> file(path, entry, reader);
            case HARD_LINK -> hardLink(path, entry);
            case SYMLINK -> {
                if (entry.rawLinkName().isEmpty()) {
                    throw bad(entry, "is a symbolic link to nowhere");
                }
                special(path, EntryType.SYMLINK, entry);
            }
            case CHARACTER_DEVICE -> {
                if (entry.deviceMajor() == 0 && entry.deviceMinor() == 0) {
                    throw bad(entry, "is the device 0/0, which overlayfs takes for a whiteout");
                }
                special(path, EntryType.CHARACTER_DEVICE, entry);
            }
            case BLOCK_DEVICE -> special(path, EntryType.BLOCK_DEVICE, entry);
            case FIFO -> special(path, EntryType.FIFO, entry);
        }
    }

    private void directory(RawPath path, TarEntry entry) throws IOException {
        LayerEntry as = describe(path, EntryType.DIRECTORY, entry, 0, Optional.empty());
        writer.directory(path, LayerMetadata.of(as));
        draft.put(as);
    }

    private void file(RawPath path, TarEntry entry, LayerTarReader reader) throws IOException {
        MessageDigest sha256 = Digest.newSha256();
        LayerEntry as = describe(path, EntryType.FILE, entry, entry.size(), Optional.empty());
        writer.file(path, LayerMetadata.of(as), new DigestInputStream(reader.content(), sha256));
        Digest content = Digest.of(sha256.digest());
        writer.contentAt(content, reader.entryOffset());
        draft.put(describe(path, EntryType.FILE, entry, entry.size(), Optional.of(content)));
    }

    private void special(RawPath path, EntryType type, TarEntry entry) throws IOException {
        LayerEntry as = describe(path, type, entry, 0, Optional.empty());
        writer.special(path, LayerMetadata.of(as));
        draft.put(as);
    }

    private LayerEntry describe(RawPath path, EntryType type, TarEntry entry, long size, Optional<Digest> content) {
        boolean device = type == EntryType.CHARACTER_DEVICE || type == EntryType.BLOCK_DEVICE;
        return new LayerEntry(
                path,
                type,
                // Linux gives every symlink this mode, whatever an archive says.
                type == EntryType.SYMLINK ? 0777 : entry.mode(),
                entry.uid(),
                entry.gid(),
                size,
                entry.mtimeSeconds(),
                type == EntryType.SYMLINK ? entry.rawLinkName() : "",
                device ? entry.deviceMajor() : 0,
                device ? entry.deviceMinor() : 0,
                // Linux takes these attributes on no other types.
                type == EntryType.FILE || type == EntryType.DIRECTORY
                        ? xattrs.of(entry.xattrs())
                        : Collections.emptyNavigableMap(),
                content,
                Optional.empty(),
                false);
    }

    // ---- hard links

    private void hardLink(RawPath path, TarEntry entry) throws IOException, UserError {
        RawPath name = entry.linkPath();
        refuseUp(entry, name);
        RawPath target = resolve(name.parent()).resolve(name.fileName());
        if (draft.find(target).isPresent()) {
            link(path, new Link(entry, target));
        } else {
            // The archive may still bring it; the directory may not keep what had the name before.
            writer.remove(path);
            pendingLinks.put(path, new Link(entry, target));
        }
    }

    /** As other tools do, the file takes on what the entry of its last name says. */
    private void link(RawPath path, Link link) throws IOException, UserError {
        LayerEntry file = draft.find(link.target).orElseThrow();
        if (file.isDirectory()) {
            throw bad(link.entry, "is a hard link to the directory " + link.target);
        }
        writer.hardLink(path, link.target);
        draft.link(path, link.target);
        LayerEntry as = described(file, link.entry);
        writer.describe(path, LayerMetadata.of(as));
        draft.describe(path, as);
    }

    private LayerEntry described(LayerEntry file, TarEntry by) {
        LayerEntry said = describe(file.path(), file.type(), by, file.size(), file.content());
        return new LayerEntry(
                file.path(),
                file.type(),
                said.mode(),
                said.uid(),
                said.gid(),
                file.size(),
                said.mtimeSeconds(),
                file.linkTarget(),
                file.deviceMajor(),
                file.deviceMinor(),
                said.xattrs().isEmpty() ? file.xattrs() : said.xattrs(),
                file.content(),
                Optional.empty(),
                false);
    }

    private void makePendingLinks() throws IOException, UserError {
        for (Map.Entry<RawPath, Link> pending : pendingLinks.entrySet()) {
            RawPath target = pending.getValue().target;
            if (draft.find(target).isEmpty() && !lowerIsKnown) {
                selfContained = false;
                continue;
            }
            if (draft.find(target).isEmpty()) {
                copyFromBelow(pending.getKey(), target);
            }
            imply(pending.getKey().parent());
            link(pending.getKey(), pending.getValue());
        }
    }

    /** A link shares its file, so that lies in this layer then. */
    private void copyFromBelow(RawPath path, RawPath target) throws IOException, UserError {
        selfContained = false;
        Optional<MergedView.Found> found = draft.hides(target) ? Optional.empty() : below.find(target);
        if (found.isEmpty() || found.get().entry().isDirectory()) {
            throw new UserError("could not unpack the layer: " + path + " is a hard link to " + target
                    + ", which is no file of this layer or below it");
        }
        LayerEntry entry = found.get().entry();
        imply(target.parent());
        if (entry.type() == EntryType.FILE) {
            writer.copyFromBelow(target, LayerMetadata.of(entry), found.get());
        } else {
            writer.special(target, LayerMetadata.of(entry));
        }
        draft.put(entry);
    }

    // ---- the way to an entry

    /** Where a directory's path leads: symlinks of this layer and of those below are followed inside the root. */
    private RawPath resolve(RawPath directory) throws UserError {
        if (draft.find(directory).filter(LayerEntry::isDirectory).isPresent()) {
            return directory;
        }
        Deque<RawPath> rest = new ArrayDeque<>(directory.segments());
        RawPath at = RawPath.ROOT;
        int symlinks = 0;
        while (!rest.isEmpty()) {
            RawPath segment = rest.remove();
            RawPath next = segment.equals(UP) ? at.parent() : at.resolve(segment);
            Optional<LayerEntry> symlink = shown(next).filter(entry -> entry.type() == EntryType.SYMLINK);
            if (symlink.isEmpty()) {
                at = next;
                continue;
            }
            if (++symlinks > MOST_SYMLINKS) {
                throw new UserError("could not unpack the layer: too many symbolic links on the way to " + directory);
            }
            at = symlink.get().linkTarget().startsWith("/") ? RawPath.ROOT : at;
            List<RawPath> target = RawPath.of(symlink.get().linkTargetBytes()).segments();
            Collections.reverse(target);
            target.forEach(rest::addFirst);
        }
        return at;
    }

    /** What is at a path over all layers, as far as this one was read. */
    private Optional<LayerEntry> shown(RawPath path) {
        Optional<LayerEntry> own = draft.find(path);
        if (own.isPresent() || draft.hides(path)) {
            return own;
        }
        return below.find(path).map(MergedView.Found::entry);
    }

    /** Makes directories that no entry has described so far. */
    private void imply(RawPath directory) throws IOException, UserError {
        Optional<LayerEntry> there = draft.find(directory);
        if (directory.isRoot() || there.filter(LayerEntry::isDirectory).isPresent()) {
            return;
        }
        if (there.isPresent()) {
            throw new UserError(
                    "could not unpack the layer: " + directory + " isn't a directory, but has entries in it");
        }
        imply(directory.parent());
        LayerEntry plain = plainDirectory(directory);
        writer.directory(directory, LayerMetadata.of(plain));
        draft.putImplied(plain);
    }

    private static LayerEntry plainDirectory(RawPath path) {
        return new LayerEntry(
                path,
                EntryType.DIRECTORY,
                0755,
                0,
                0,
                0,
                0,
                "",
                0,
                0,
                Collections.emptyNavigableMap(),
                Optional.empty(),
                Optional.empty(),
                false);
    }

    // ---- the end

    private LayerIndex finish() throws IOException, UserError {
        makePendingLinks();
        for (RawPath path : draft.whiteouts()) {
            whiteout(path);
        }
        for (RawPath directory : draft.opaqueDirectories()) {
            opaque(directory);
        }
        describeImplied();
        for (RawPath directory : draft.opaqueDirectories()) {
            if (!directory.isRoot() && isOwnDirectory(directory)) {
                writer.opaque(directory);
            }
        }
        writer.finish();
        return draft.index(whiteoutsMade);
    }

    private boolean isOwnDirectory(RawPath path) {
        return draft.find(path).filter(LayerEntry::isDirectory).isPresent();
    }

    private boolean isDirectoryBelow(RawPath path) {
        return !draft.hides(path)
                && below.find(path).filter(found -> found.entry().isDirectory()).isPresent();
    }

    /** Of a directory that is new in this layer it hides the lower one's content; of a file there is nothing to hide. */
    private void whiteout(RawPath path) throws IOException, UserError {
        if (isOwnDirectory(path)) {
            draft.makeOpaque(path);
        } else if (draft.find(path).isEmpty()) {
            RawPath parent = path.parent();
            boolean hidden = draft.isOpaque(parent) || draft.hides(parent);
            if (!hidden && hasPlaceForMarks(parent)) {
                imply(parent);
                writer.whiteout(path);
                whiteoutsMade.add(path);
            }
        }
    }

    /**
     * Overlayfs lists the whiteouts of a directory that only one layer has, as names that lead nowhere. An archive that has
     * no entry for the directory, which isn't below either, removes nothing there.
     */
    private boolean hasPlaceForMarks(RawPath directory) {
        boolean described = directory.isRoot() || (isOwnDirectory(directory) && !draft.isImplied(directory));
        return described || !lowerIsKnown || isDirectoryBelow(directory);
    }

    private void opaque(RawPath directory) throws IOException, UserError {
        if (directory.isRoot()) {
            opaqueRoot();
        } else if (isOwnDirectory(directory)) {
            return;
        } else if (draft.find(directory).isEmpty() && hasPlaceForMarks(directory)) {
            imply(directory);
        }
    }

    /** Overlayfs doesn't heed a mark on the root, so all that is in it gets one. */
    private void opaqueRoot() throws IOException {
        selfContained = false;
        if (draft.find(RawPath.ROOT).isEmpty()) {
            draft.putImplied(plainDirectory(RawPath.ROOT));
        }
        for (MergedView.Found found : below.children(RawPath.ROOT)) {
            RawPath path = found.entry().path();
            if (isOwnDirectory(path)) {
                draft.makeOpaque(path);
            } else if (draft.find(path).isEmpty()) {
                writer.whiteout(path);
                whiteoutsMade.add(path);
            }
        }
    }

    private void describeImplied() throws IOException {
        for (RawPath directory : draft.implied()) {
            selfContained = false;
            if (isDirectoryBelow(directory)) {
                LayerEntry entry = below.find(directory).orElseThrow().entry();
                writer.directory(directory, LayerMetadata.of(entry));
                draft.putImplied(entry);
            }
        }
    }

    // ---- small things

    private static String latin1(RawPath path) {
        return new String(path.bytes(), StandardCharsets.ISO_8859_1);
    }

    private static UserError bad(TarEntry entry, String what) {
        return new UserError("could not unpack the layer: its entry "
                + (entry.rawName().isEmpty() ? "without a name" : entry) + " " + what);
    }
}
