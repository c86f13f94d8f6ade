package dev.jbuild.solver;

import dev.jbuild.builds.FileListing.ListedFile;
import dev.jbuild.context.SourceTree;
import dev.jbuild.layer.LayerEntry;
import dev.jbuild.oci.Digest;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.sys.RawPath;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The digest of what a bind mount shows: names, types, modes, contents and link targets, and times only if they are asked for. */
final class SourceDigest {
    private final SourceTree tree;
    private final boolean times;
    private final MessageDigest sha256 = Digest.newSha256();
    private final List<ListedFile> listed = new ArrayList<>();

    private SourceDigest(SourceTree tree, boolean times) {
        this.tree = tree;
        this.times = times;
    }

    /** Of a file or directory of the tree; of nothing when there is none. */
    static Digest of(SourceTree tree, RawPath source) throws JbuildException {
        return new SourceDigest(tree, false).of(source);
    }

    /** As {@link #of}, but files of another modification time are others. */
    static Digest withTimes(SourceTree tree, RawPath source) throws JbuildException {
        return new SourceDigest(tree, true).of(source);
    }

    private Digest of(RawPath source) throws JbuildException {
        RawPath path = tree.resolve(source, true);
        Optional<LayerEntry> entry = path.isRoot() ? Optional.empty() : tree.find(path);
        if (entry.isPresent()) {
            add(entry.get(), RawPath.ROOT);
        }
        addChildren(path, RawPath.ROOT);
        return Digest.of(sha256.digest());
    }

    /**
     * The files that are digested, for people.
     *
     * @param shown where they are shown
     */
    static List<ListedFile> list(SourceTree tree, RawPath source, String shown) throws JbuildException {
        SourceDigest digest = new SourceDigest(tree, false);
        RawPath path = tree.resolve(source, true);
        Optional<LayerEntry> entry = path.isRoot() ? Optional.empty() : tree.find(path);
        if (entry.isPresent() && !entry.get().isDirectory()) {
            digest.list(entry.get(), shown);
        }
        digest.listChildren(path, shown);
        return digest.listed;
    }

    private void listChildren(RawPath directory, String shown) throws JbuildException {
        for (LayerEntry child : tree.children(directory)) {
            String name = shown + "/" + child.path().fileName();
            list(child, name);
            if (child.isDirectory()) {
                listChildren(child.path(), name);
            }
        }
    }

    private void list(LayerEntry entry, String shown) throws JbuildException {
        String attributes =
                String.format(Locale.ROOT, "mode %04o, owner %d:%d", entry.mode(), entry.uid(), entry.gid());
        String what = content(entry).map(Digest::toString).orElse(entry.linkTarget());
        listed.add(new ListedFile(shown, entry.type().name().toLowerCase(Locale.ROOT), attributes, what));
    }

    private Optional<Digest> content(LayerEntry entry) throws JbuildException {
        return entry.content().isPresent()
                ? entry.content()
                : tree.find(entry.path()).flatMap(LayerEntry::content);
    }

    private void addChildren(RawPath directory, RawPath shown) throws JbuildException {
        for (LayerEntry child : tree.children(directory)) {
            RawPath name = shown.resolve(child.path().fileName());
            add(child, name);
            if (child.isDirectory()) {
                addChildren(child.path(), name);
            }
        }
    }

    private void add(LayerEntry entry, RawPath shown) throws JbuildException {
        sha256.update(shown.bytes());
        Optional<Digest> content = content(entry);
        String rest = "\0" + entry.type() + " " + entry.mode() + " " + entry.uid() + " " + entry.gid() + " "
                + content.map(Digest::toString).orElse("") + " " + entry.linkTarget() + " " + entry.deviceMajor() + ":"
                + entry.deviceMinor() + " " + entry.xattrs() + (times ? " " + entry.mtimeSeconds() : "") + "\n";
        sha256.update(rest.getBytes(StandardCharsets.UTF_8));
    }
}
