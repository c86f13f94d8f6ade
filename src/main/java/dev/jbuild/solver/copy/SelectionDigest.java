package dev.jbuild.solver.copy;

import dev.jbuild.builds.FileListing.ListedFile;
import dev.jbuild.context.SourceTree;
import dev.jbuild.layer.DigestingOutputStream;
import dev.jbuild.layer.EntryType;
import dev.jbuild.layer.LayerEntry;
import dev.jbuild.oci.Digest;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.solver.copy.Selected.Item;
import dev.jbuild.sys.RawPath;
import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** Digests what a copy makes of the files it was given, times left out. */
final class SelectionDigest {
    /** Changes when what is digested does. */
    private static final int VERSION = 1;

    private final Optional<Owner> owner;
    private final Optional<ModeChange> mode;

    SelectionDigest(Optional<Owner> owner, Optional<ModeChange> mode) {
        this.owner = owner;
        this.mode = mode;
    }

    Digest of(List<Selected> selected) throws JbuildException {
        IdentityHashMap<SourceTree, Iterator<Digest>> contents = contents(selected);
        DigestingOutputStream digesting = new DigestingOutputStream();
        try (DataOutputStream out = new DataOutputStream(new BufferedOutputStream(digesting, 1 << 14))) {
            out.writeInt(VERSION);
            owner(owner.orElse(Owner.ROOT), out);
            for (Selected each : selected) {
                text(latin1(each.name()), out);
                out.writeInt(each.items().size());
                Map<Object, RawPath> firsts = new HashMap<>();
                Iterator<Digest> files = Objects.requireNonNull(contents.get(each.tree()));
                for (Item item : each.items()) {
                    entry(each.tree(), item, firsts, files, out);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return digesting.digest();
    }

    /** What is digested, for people. */
    List<ListedFile> list(List<Selected> selected) throws JbuildException {
        IdentityHashMap<SourceTree, Iterator<Digest>> contents = contents(selected);
        List<ListedFile> files = new ArrayList<>();
        for (Selected each : selected) {
            Iterator<Digest> digests = Objects.requireNonNull(contents.get(each.tree()));
            for (Item item : each.items()) {
                LayerEntry entry = item.entry();
                String content = entry.type() == EntryType.FILE ? digests.next().toString() : entry.linkTarget();
                if (!item.relative().isRoot() || !entry.isDirectory()) {
                    files.add(new ListedFile(
                            entry.path().toString(),
                            entry.type().name().toLowerCase(Locale.ROOT),
                            attributes(entry),
                            content));
                }
            }
        }
        return files;
    }

    private String attributes(LayerEntry entry) {
        Owner whose = owner.orElse(new Owner(entry.uid(), entry.gid()));
        return String.format(Locale.ROOT, "mode %04o, owner %d:%d", mode(entry), whose.uid(), whose.gid())
                + (entry.xattrs().isEmpty() ? "" : ", attributes " + entry.xattrs());
    }

    /** Of all files of a tree in their order, computed together. */
    private static IdentityHashMap<SourceTree, Iterator<Digest>> contents(List<Selected> selected)
            throws JbuildException {
        IdentityHashMap<SourceTree, List<RawPath>> files = new IdentityHashMap<>();
        for (Selected each : selected) {
            List<RawPath> ofTree = files.computeIfAbsent(each.tree(), tree -> new ArrayList<>());
            for (Item item : each.items()) {
                if (item.entry().type() == EntryType.FILE) {
                    ofTree.add(item.entry().path());
                }
            }
        }
        IdentityHashMap<SourceTree, Iterator<Digest>> contents = new IdentityHashMap<>();
        for (Map.Entry<SourceTree, List<RawPath>> each : files.entrySet()) {
            contents.put(each.getKey(), each.getKey().digests(each.getValue()).iterator());
        }
        return contents;
    }

    private void entry(
            SourceTree source, Item item, Map<Object, RawPath> firsts, Iterator<Digest> contents, DataOutputStream out)
            throws IOException {
        LayerEntry entry = item.entry();
        text(latin1(item.relative()), out);
        text(entry.type().name(), out);
        if (item.relative().isRoot() && entry.isDirectory()) {
            // Only what is in it is copied.
            return;
        }
        out.writeBoolean(item.parent());
        // A directory that is passed through gives an existing one its own mode, whatever --chmod says.
        out.writeInt(item.parent() ? entry.mode() : mode(entry));
        owner(owner.orElse(new Owner(entry.uid(), entry.gid())), out);
        text(entry.linkTarget(), out);
        out.writeInt(entry.deviceMajor());
        out.writeInt(entry.deviceMinor());
        out.writeInt(entry.xattrs().size());
        for (Map.Entry<String, String> xattr : entry.xattrs().entrySet()) {
            text(xattr.getKey(), out);
            text(xattr.getValue(), out);
        }
        if (entry.type() == EntryType.FILE) {
            text(contents.next().toString(), out);
            Optional<RawPath> first =
                    source.identity(entry).map(file -> firsts.computeIfAbsent(file, none -> item.relative()));
            text(latin1(first.orElse(item.relative())), out);
        }
    }

    private int mode(LayerEntry entry) {
        if (entry.type() == EntryType.SYMLINK) {
            return 0;
        }
        return mode.isPresent() ? mode.get().apply(entry.mode(), entry.isDirectory()) : entry.mode();
    }

    private static void owner(Owner owner, DataOutputStream out) throws IOException {
        out.writeLong(owner.uid());
        out.writeLong(owner.gid());
    }

    private static String latin1(RawPath path) {
        return new String(path.bytes(), StandardCharsets.ISO_8859_1);
    }

    private static void text(String value, DataOutputStream out) throws IOException {
        byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
        out.writeInt(bytes.length);
        out.write(bytes);
    }
}
