package dev.jbuild.snapshot;

import dev.jbuild.fs.Metadata;
import dev.jbuild.fs.OwnerMark;
import dev.jbuild.layer.EntryType;
import dev.jbuild.layer.LayerEntry;
import dev.jbuild.layer.LayerTarWriter;
import dev.jbuild.oci.Digest;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.sys.Fd;
import dev.jbuild.sys.RawPath;
import dev.jbuild.sys.Stat;
import java.io.IOException;
import java.io.InputStream;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.Collections;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A file in an upper directory, and what became clear of it so far. */
final class UpperEntry {
    final RawPath path;
    /** The directory it is in; the root is in none. */
    final @Nullable UpperEntry parent;

    final Stat stat;
    final Kind kind;
    /** All attributes on disk; what of them a layer holds is {@link #xattrs}. */
    private final NavigableMap<String, String> diskXattrs;

    private final LayerXattrs rules;
    final NavigableMap<String, String> xattrs;
    private final String linkTarget;
    private final long uid;
    private final long gid;

    boolean kept;
    boolean opaque;
    /** A socket over something in lower layers, which is gone in any case. */
    boolean becomesWhiteout;
    /** Something in this directory was removed or replaced by us, so that its time on disk isn't its own. */
    boolean touched;

    @Nullable
    Digest content;
    /** The first kept name of the same inode, if that isn't this. */
    @Nullable
    UpperEntry first;

    /** What is there. */
    enum Kind {
        DIRECTORY,
        WHITEOUT,
        SOCKET,
        OTHER
    }

    private UpperEntry(
            RawPath path,
            @Nullable UpperEntry parent,
            Stat stat,
            Kind kind,
            NavigableMap<String, String> diskXattrs,
            LayerXattrs rules,
            String linkTarget) {
        this.path = path;
        this.parent = parent;
        this.stat = stat;
        this.kind = kind;
        this.diskXattrs = diskXattrs;
        this.rules = rules;
        this.xattrs = rules.of(diskXattrs);
        this.linkTarget = linkTarget;
        Optional<OwnerMark> owner = rules.ownerMark(diskXattrs);
        this.uid = owner.map(OwnerMark::uid).orElse(stat.uid());
        this.gid = owner.map(OwnerMark::gid).orElse(stat.gid());
    }

    static UpperEntry whiteout(RawPath path, @Nullable UpperEntry parent, Stat stat, LayerXattrs rules) {
        return new UpperEntry(path, parent, stat, Kind.WHITEOUT, Collections.emptyNavigableMap(), rules, "");
    }

    static UpperEntry of(RawPath path, @Nullable UpperEntry parent, Stat stat, Metadata metadata, LayerXattrs rules) {
        Kind kind = switch (metadata.kind()) {
            case DIRECTORY -> Kind.DIRECTORY;
            case SOCKET -> Kind.SOCKET;
            default -> Kind.OTHER;
        };
        return new UpperEntry(path, parent, stat, kind, metadata.xattrs(), rules, metadata.linkTarget());
    }

    /** What would be there if it were made. */
    static UpperEntry planned(PlannedFile file, @Nullable UpperEntry parent, long names, LayerXattrs rules) {
        long size = file.content().map(PlannedFile.Content::size).orElse(0L);
        // A time that somebody set isn't that of the change.
        long ctime = file.timeGiven() ? file.mtimeSeconds() + 1 : file.mtimeSeconds();
        Stat stat = new Stat(
                bits(file.type()) | file.mode(),
                file.number(),
                0,
                names,
                file.uid(),
                file.gid(),
                size,
                0,
                file.deviceMajor(),
                file.deviceMinor(),
                file.mtimeSeconds(),
                0,
                ctime,
                0);
        if (file.type() == EntryType.WHITEOUT) {
            return whiteout(file.path(), parent, stat, rules);
        }
        Kind kind = file.type() == EntryType.DIRECTORY ? Kind.DIRECTORY : Kind.OTHER;
        NavigableMap<String, String> xattrs = new TreeMap<>(rules.of(file.xattrs()));
        if (file.opaque()) {
            rules.markOpaque(xattrs);
        }
        return new UpperEntry(file.path(), parent, stat, kind, xattrs, rules, file.linkTarget());
    }

    private static int bits(EntryType type) {
        return switch (type) {
            case FILE -> Stat.FILE;
            case DIRECTORY -> Stat.DIRECTORY;
            case SYMLINK -> Stat.SYMLINK;
            case CHARACTER_DEVICE, WHITEOUT -> Stat.CHARACTER_DEVICE;
            case BLOCK_DEVICE -> Stat.BLOCK_DEVICE;
            case FIFO -> Stat.FIFO;
        };
    }

    boolean isMarkedOpaque() {
        return rules.hasOpaqueMark(diskXattrs);
    }

    /** Makes what stands for nothing in its place, where nothing is any more. */
    void makeWhiteout(Fd in) throws IOException {
        rules.makeWhiteout(in, path.fileName());
    }

    /** The attributes on disk that the layer doesn't hold and that can be removed. */
    List<String> surplusAttributes() {
        return diskXattrs.keySet().stream()
                .filter(name -> !xattrs.containsKey(name) && !rules.isOfSecurityModule(name))
                .filter(name -> !rules.isOwnerMark(name))
                .filter(name -> !opaque || !rules.isOpaqueMark(name))
                .toList();
    }

    private EntryType type() {
        return switch (stat.type()) {
            case Stat.FILE -> EntryType.FILE;
            case Stat.DIRECTORY -> EntryType.DIRECTORY;
            case Stat.SYMLINK -> EntryType.SYMLINK;
            case Stat.CHARACTER_DEVICE -> EntryType.CHARACTER_DEVICE;
            case Stat.BLOCK_DEVICE -> EntryType.BLOCK_DEVICE;
            case Stat.FIFO -> EntryType.FIFO;
            default -> throw new IllegalStateException("no type of entry for mode " + stat.mode());
        };
    }

    boolean isDevice() {
        return stat.type() == Stat.CHARACTER_DEVICE || stat.type() == Stat.BLOCK_DEVICE;
    }

    /** Whether all is as in the lower entry but time and content. */
    boolean hasAttributesOf(LayerEntry lower) {
        return differenceFrom(lower, false).isEmpty();
    }

    /**
     * As {@link #hasAttributesOf}, in words that follow the path.
     *
     * @param fewer whether extended attributes may be missing, and owners of what is neither a file nor a directory
     */
    Optional<String> differenceFrom(LayerEntry wanted, boolean fewer) {
        if (wanted.type() != type()) {
            return Optional.of("is of another type");
        }
        if (wanted.mode() != stat.permissions()) {
            return Optional.of(String.format("has the mode %o instead of %o", stat.permissions(), wanted.mode()));
        }
        boolean sameOwner = wanted.uid() == uid && wanted.gid() == gid;
        if (!sameOwner && !(fewer && kind == Kind.OTHER && !stat.isFile())) {
            return Optional.of("belongs to " + uid + ":" + gid + " instead of " + wanted.uid() + ":" + wanted.gid());
        }
        boolean sameAttributes = fewer
                ? wanted.xattrs().entrySet().containsAll(xattrs.entrySet())
                : wanted.xattrs().equals(xattrs);
        if (!sameAttributes) {
            return Optional.of("has other extended attributes");
        }
        if (!wanted.linkTarget().equals(linkTarget)) {
            return Optional.of("leads elsewhere");
        }
        boolean sameDevice = !isDevice()
                || (wanted.deviceMajor() == stat.deviceMajor() && wanted.deviceMinor() == stat.deviceMinor());
        return sameDevice ? Optional.empty() : Optional.of("is another device");
    }

    /** Layers hold whole seconds, and so do their directories: a fraction was written since. */
    boolean hasTimeOf(LayerEntry lower) {
        return lower.mtimeSeconds() == stat.mtimeSeconds() && stat.mtimeNanos() == 0;
    }

    /**
     * Whether somebody set a directory's time. Where it is only that something came or went in it, the directory was changed at
     * that time, and it says nothing.
     */
    boolean wasGivenOtherTime(LayerEntry lower) {
        return lower.mtimeSeconds() != stat.mtimeSeconds() && stat.mtimeSeconds() != stat.ctimeSeconds();
    }

    LayerEntry toLayerEntry() {
        if (kind == Kind.WHITEOUT || becomesWhiteout) {
            return LayerEntry.whiteout(path);
        }
        return new LayerEntry(
                path,
                type(),
                stat.permissions(),
                uid,
                gid,
                stat.isFile() ? stat.size() : 0,
                stat.mtimeSeconds(),
                linkTarget,
                isDevice() ? stat.deviceMajor() : 0,
                isDevice() ? stat.deviceMinor() : 0,
                xattrs,
                Optional.ofNullable(first == null ? content : first.content),
                Optional.ofNullable(first).map(other -> other.path),
                opaque);
    }

    boolean hasContent() {
        return kind == Kind.OTHER && stat.isFile() && first == null;
    }

    /** Writes the entry, and with it the content of a file, whose digest is known then. */
    void writeTo(LayerTarWriter tar, UpperContents contents) throws IOException, JbuildException {
        if (!hasContent()) {
            tar.add(toLayerEntry());
            return;
        }
        MessageDigest digest = Digest.newSha256();
        try (InputStream in = contents.open(this)) {
            tar.add(toLayerEntry(), new DigestInputStream(in, digest));
        }
        content = Digest.of(digest.digest());
    }
}
