package dev.jbuild.solver.copy;

import dev.jbuild.context.SourceTree;
import dev.jbuild.layer.ArchiveLimits;
import dev.jbuild.layer.EntryType;
import dev.jbuild.layer.LayerTarReader;
import dev.jbuild.layer.MalformedArchive;
import dev.jbuild.layer.TarEntry;
import dev.jbuild.layer.TarEntry.Kind;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.problem.UserError;
import dev.jbuild.progress.Cancellation;
import dev.jbuild.sys.Errno;
import dev.jbuild.sys.RawPath;
import dev.jbuild.sys.Stat;
import dev.jbuild.sys.SyscallException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Unpacks a tar, compressed or not, into a directory, which is the root of all names and links in it.
 *
 * <p>An entry replaces what is at its path, but a directory is merged with one that is there. Owners, modes and times are
 * the archive's. A whiteout's name deletes, as it would when the layer is unpacked.
 */
final class ArchiveUnpacker {
    private static final String WHITEOUT = ".wh.";

    private final Target target;
    private final RawPath root;
    private final Optional<Owner> owner;
    private final ArchiveLimits limits;
    private final Cancellation cancellation;

    /** @param owner whose everything is, instead of what the archive says */
    ArchiveUnpacker(
            Target target, RawPath root, Optional<Owner> owner, ArchiveLimits limits, Cancellation cancellation) {
        this.target = target;
        this.root = root;
        this.owner = owner;
        this.limits = limits;
        this.cancellation = cancellation;
    }

    void unpack(SourceTree tree, RawPath archive) throws JbuildException, IOException {
        try (InputStream in = tree.open(archive);
                LayerTarReader tar = new LayerTarReader(limits.decompress(in), limits)) {
            for (Optional<TarEntry> entry = tar.next(); entry.isPresent(); entry = tar.next()) {
                cancellation.throwIfCancelled();
                unpack(entry.get(), tar);
            }
        } catch (MalformedArchive e) {
            throw new UserError("the archive /" + archive + " can't be unpacked: " + e.getMessage(), e);
        }
    }

    private void unpack(TarEntry entry, LayerTarReader tar) throws JbuildException, IOException {
        RawPath name = clean(entry);
        if (name.isRoot()) {
            return;
        }
        RawPath parent = target.resolve(root, name.parent());
        target.makeDirectories(parent, 0755, Owner.ROOT);
        RawPath path = parent.resolve(name.fileName());
        String last = new String(name.fileName().bytes(), StandardCharsets.ISO_8859_1);
        if (last.startsWith(WHITEOUT)) {
            if (!last.startsWith(WHITEOUT + WHITEOUT)) {
                byte[] hidden = last.substring(WHITEOUT.length()).getBytes(StandardCharsets.ISO_8859_1);
                target.whiteOut(parent.resolve(RawPath.of(hidden)));
            }
            return;
        }
        Optional<EntryType> there = target.typeAt(path);
        boolean merge = there.isPresent() && there.get() == EntryType.DIRECTORY && entry.kind() == Kind.DIRECTORY;
        if (there.isPresent() && !merge) {
            target.remove(path);
        }
        make(entry, path, merge, tar);
    }

    /** The path by its text alone, as Go cleans it: a name that begins with a slash can't lead up, others may not. */
    private static RawPath clean(TarEntry entry) throws UserError {
        RawPath up = RawPath.of("..");
        RawPath at = RawPath.ROOT;
        for (RawPath segment : entry.path().segments()) {
            if (!segment.equals(up)) {
                at = at.resolve(segment);
            } else if (at.isRoot() && !entry.rawName().startsWith("/")) {
                throw new UserError(
                        "invalid entry name \"" + entry + "\" in the archive: it leads out of the destination");
            } else {
                at = at.parent();
            }
        }
        return at;
    }

    private void make(TarEntry entry, RawPath path, boolean merge, LayerTarReader tar)
            throws JbuildException, IOException {
        Attributes attributes = attributes(entry);
        switch (entry.kind()) {
            case DIRECTORY -> {
                if (merge) {
                    target.setAttributes(path, attributes.over(target.attributes(path)));
                } else {
                    target.makeDirectory(path, attributes);
                }
            }
            case FILE -> {
                UpperFiles files = target.claim(path, EntryType.FILE, "");
                files.makeFile(path, tar.content());
                files.describe(path, EntryType.FILE, attributes);
            }
            case SYMLINK -> {
                UpperFiles files = target.claim(path, EntryType.SYMLINK, entry.rawLinkName());
                files.makeSymlink(path, entry.rawLinkName());
                files.describe(path, EntryType.SYMLINK, attributes);
            }
            case HARD_LINK -> link(entry, path, attributes);
            default -> node(entry, path, attributes);
        }
    }

    private Attributes attributes(TarEntry entry) {
        return new Attributes(
                entry.mode(),
                owner.orElse(new Owner(entry.uid(), entry.gid())),
                OptionalLong.of(entry.mtimeSeconds()),
                entry.xattrs());
    }

    private void link(TarEntry entry, RawPath path, Attributes attributes) throws JbuildException, IOException {
        RawPath name = Sources.clean(new String(entry.linkPath().bytes(), StandardCharsets.UTF_8));
        RawPath existing = target.resolve(root, name.parent()).resolve(name.fileName());
        Optional<EntryType> type = target.typeAt(existing);
        if (type.isEmpty() || type.get() == EntryType.DIRECTORY) {
            throw new UserError("the archive's hard link \"" + entry + "\" leads to /" + existing + ", which is "
                    + (type.isEmpty() ? "not there" : "a directory"));
        }
        target.hardLink(path, existing).describe(path, type.get(), attributes);
    }

    private void node(TarEntry entry, RawPath path, Attributes attributes) throws JbuildException, IOException {
        EntryType type = switch (entry.kind()) {
            case CHARACTER_DEVICE -> EntryType.CHARACTER_DEVICE;
            case BLOCK_DEVICE -> EntryType.BLOCK_DEVICE;
            default -> EntryType.FIFO;
        };
        int bits = type == EntryType.FIFO
                ? Stat.FIFO
                : type == EntryType.BLOCK_DEVICE ? Stat.BLOCK_DEVICE : Stat.CHARACTER_DEVICE;
        UpperFiles files = target.claim(path, type, "");
        try {
            files.makeNode(path, bits, entry.deviceMajor(), entry.deviceMinor());
        } catch (SyscallException e) {
            if (!e.is(Errno.EPERM)) {
                throw e;
            }
            // No user namespace may make devices; other builders leave them out there as well.
            target.forget(path);
            return;
        }
        files.describe(path, type, attributes);
    }
}
