package dev.jbuild.solver.copy;

import dev.jbuild.context.SourceTree;
import dev.jbuild.layer.EntryType;
import dev.jbuild.layer.LayerEntry;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.problem.UserError;
import dev.jbuild.progress.Cancellation;
import dev.jbuild.solver.copy.Selected.Item;
import dev.jbuild.sys.RawPath;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Copies what was selected to one destination. */
final class Copier {
    private final Target target;
    private final String destination;
    private final Optional<Owner> owner;
    private final Optional<ModeChange> mode;
    private final Cancellation cancellation;
    private final Map<RawPath, Origin> placed = new HashMap<>();

    /** Where a file was copied from. */
    record Origin(SourceTree tree, RawPath file) {}

    Copier(
            Target target,
            String destination,
            Optional<Owner> owner,
            Optional<ModeChange> mode,
            Cancellation cancellation) {
        this.target = target;
        this.destination = destination;
        this.owner = owner;
        this.mode = mode;
        this.cancellation = cancellation;
    }

    /** The files that were copied, by their places. */
    Map<RawPath, Origin> placed() {
        return placed;
    }

    void copy(Selected selected) throws JbuildException, IOException {
        RawPath at = prepare(selected.name(), selected.top().isDirectory());
        List<FileCopy> copies = new ArrayList<>();
        List<Link> links = new ArrayList<>();
        Map<Object, RawPath> firsts = new HashMap<>();
        for (Item item : selected.items()) {
            cancellation.throwIfCancelled();
            RawPath to = at.resolve(item.relative());
            if (item.entry().isDirectory()) {
                copyDirectory(item, to);
            } else if (item.entry().type() == EntryType.FILE) {
                copyFile(selected.tree(), item.entry(), to, firsts, copies, links);
            } else {
                copySpecial(item.entry(), to);
            }
        }
        FileCopy.all(copies, cancellation);
        for (Link link : links) {
            target.hardLink(link.path(), link.first());
        }
    }

    /** Writes a file that isn't in the source tree. */
    void place(RawPath name, InputStream content, Attributes attributes) throws JbuildException, IOException {
        RawPath to = prepare(name, false);
        refuseDirectory(to, name);
        UpperFiles files = target.claim(to, EntryType.FILE, "");
        files.makeFile(to, content);
        files.describe(to, EntryType.FILE, attributes);
        placed.remove(to);
    }

    private record Link(RawPath path, RawPath first) {}

    private void copySpecial(LayerEntry entry, RawPath to) throws JbuildException, IOException {
        refuseDirectory(to, entry.path());
        UpperFiles files = target.claim(to, entry.type(), entry.linkTarget());
        files.makeSpecial(to, entry);
        files.describe(to, entry.type(), attributes(entry));
        placed.remove(to);
    }

    /** Finds or makes where the copy goes to. */
    private RawPath prepare(RawPath name, boolean directory) throws JbuildException, IOException {
        RawPath path = RawPath.of(destination);
        boolean inside = destination.endsWith("/") || destination.endsWith("/.");
        makeParents(target.resolve(RawPath.ROOT, inside ? path : path.parent()));
        RawPath at = target.resolve(RawPath.ROOT, path);
        Optional<EntryType> there = target.typeAt(at);
        if (directory) {
            makeParents(there.isEmpty() ? at : at.parent());
            return at;
        }
        if (there.isPresent() && there.get() == EntryType.DIRECTORY) {
            return at.resolve(name);
        }
        makeParents(at.parent());
        return at;
    }

    private void makeParents(RawPath directory) throws JbuildException, IOException {
        int permissions = 0755;
        if (mode.isPresent() && mode.get().absolute().isPresent()) {
            permissions = mode.get().absolute().getAsInt() & 0777;
        }
        target.makeDirectories(directory, permissions, owner.orElse(Owner.ROOT));
    }

    private Attributes attributes(LayerEntry entry) {
        Attributes attributes = Attributes.of(entry);
        if (owner.isPresent()) {
            attributes = attributes.withOwner(owner.get());
        }
        return mode.isPresent() ? attributes.withMode(mode.get().apply(entry.mode(), entry.isDirectory())) : attributes;
    }

    /**
     * What was named keeps the attributes it finds at the destination, but for the time; what is beneath it gives its own.
     * A directory that is only passed through changes no more than the mode.
     */
    private void copyDirectory(Item item, RawPath to) throws JbuildException, IOException {
        Optional<EntryType> there = target.typeAt(to);
        LayerEntry entry = item.entry();
        if (there.isEmpty()) {
            target.makeDirectory(to, attributes(entry));
        } else if (there.get() != EntryType.DIRECTORY) {
            throw new UserError("cannot copy to non-directory: /" + to);
        } else if (item.relative().isRoot()) {
            target.touch(to, entry.mtimeSeconds());
        } else if (item.parent()) {
            target.setAttributes(to, target.attributes(to).withMode(entry.mode()));
        } else {
            target.setAttributes(to, attributes(entry).over(target.attributes(to)));
        }
    }

    private void refuseDirectory(RawPath to, RawPath file) throws JbuildException {
        if (target.isDirectory(to)) {
            throw new UserError("cannot replace to directory /" + to + " with file /" + file);
        }
    }

    private void copyFile(
            SourceTree source,
            LayerEntry entry,
            RawPath to,
            Map<Object, RawPath> firsts,
            List<FileCopy> copies,
            List<Link> links)
            throws JbuildException, IOException {
        refuseDirectory(to, entry.path());
        placed.put(to, new Origin(source, entry.path()));
        Optional<Object> identity = source.identity(entry);
        if (identity.isPresent()) {
            RawPath first = firsts.putIfAbsent(identity.get(), to);
            if (first != null) {
                links.add(new Link(to, first));
                return;
            }
        }
        UpperFiles files = target.claim(to, EntryType.FILE, "");
        copies.add(new FileCopy(files, to, attributes(entry), new TreeFile(source, entry)));
    }

    private record TreeFile(SourceTree tree, LayerEntry entry) implements FileSource {
        @Override
        public long size() {
            return entry.size();
        }

        @Override
        public Optional<FileChannel> onDisk() throws JbuildException {
            return tree.onDisk(entry.path());
        }

        @Override
        public InputStream open() throws JbuildException {
            return tree.open(entry.path());
        }
    }
}
