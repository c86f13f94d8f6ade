package dev.jbuild.solver;

import dev.jbuild.context.SourceTree;
import dev.jbuild.layer.LayerEntry;
import dev.jbuild.oci.Digest;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.sys.RawPath;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Optional;

/** The digest of what a bind mount shows: names, types, modes, contents and link targets, but no times. */
final class SourceDigest {
    private final SourceTree tree;
    private final MessageDigest sha256 = Digest.newSha256();

    private SourceDigest(SourceTree tree) {
        this.tree = tree;
    }

    /** Of a file or directory of the tree; of nothing when there is none. */
    static Digest of(SourceTree tree, RawPath source) throws JbuildException {
        SourceDigest digest = new SourceDigest(tree);
        RawPath path = tree.resolve(source, true);
        Optional<LayerEntry> entry = path.isRoot() ? Optional.empty() : tree.find(path);
        if (entry.isPresent()) {
            digest.add(entry.get(), RawPath.ROOT);
        }
        digest.addChildren(path, RawPath.ROOT);
        return Digest.of(digest.sha256.digest());
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
        Optional<Digest> content = entry.content().isPresent()
                ? entry.content()
                : tree.find(entry.path()).flatMap(LayerEntry::content);
        String rest = "\0" + entry.type() + " " + entry.mode() + " " + entry.uid() + " " + entry.gid() + " "
                + content.map(Digest::toString).orElse("") + " " + entry.linkTarget() + " " + entry.deviceMajor() + ":"
                + entry.deviceMinor() + " " + entry.xattrs() + "\n";
        sha256.update(rest.getBytes(StandardCharsets.UTF_8));
    }
}
