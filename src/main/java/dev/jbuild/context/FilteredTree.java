package dev.jbuild.context;

import dev.jbuild.buildfile.IgnorePatterns;
import dev.jbuild.layer.LayerEntry;
import dev.jbuild.layer.SymlinkWalk;
import dev.jbuild.oci.Digest;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.problem.UserError;
import dev.jbuild.sys.RawPath;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** A tree without what ignore rules leave out of it; the rules mean the same as for {@link DirectoryContext}. */
public final class FilteredTree implements SourceTree {
    private static final RawPath UP = RawPath.of("..");

    private final SourceTree tree;
    private final IgnorePatterns patterns;
    private final IgnoreTally tally;
    private final List<String> exceptions;
    private final Map<RawPath, Optional<IgnorePatterns.Entry>> known = new ConcurrentHashMap<>();

    public FilteredTree(SourceTree tree, IgnoreFile ignore) {
        this.tree = tree;
        this.patterns = ignore.patterns();
        this.tally = new IgnoreTally(ignore);
        this.exceptions = patterns.patterns().stream()
                .filter(pattern -> pattern.startsWith("!"))
                .map(pattern -> pattern.substring(1) + "/")
                .toList();
    }

    @Override
    public Optional<LayerEntry> peek(RawPath path) throws JbuildException {
        return isVisible(path) ? tree.peek(path) : Optional.empty();
    }

    @Override
    public Optional<LayerEntry> find(RawPath path) throws JbuildException {
        return isVisible(path) ? tree.find(path) : Optional.empty();
    }

    private boolean isVisible(RawPath path) throws JbuildException {
        Optional<IgnorePatterns.Entry> rules = rules(path);
        if (rules.isEmpty()) {
            return false;
        }
        return !rules.get().isIgnored()
                || beginsException(rules.get())
                || !children(path).isEmpty();
    }

    /** What the rules say of a path; nothing if it is left out whatever is in it. */
    private Optional<IgnorePatterns.Entry> rules(RawPath path) throws JbuildException {
        Optional<IgnorePatterns.Entry> found = known.get(path);
        if (found == null) {
            found = path.isRoot() ? Optional.of(patterns.root()) : ask(path);
            known.put(path, found);
        }
        return found;
    }

    private Optional<IgnorePatterns.Entry> ask(RawPath path) throws JbuildException {
        Optional<IgnorePatterns.Entry> parent = rules(path.parent());
        if (parent.isEmpty() || path.fileName().equals(UP)) {
            return Optional.empty();
        }
        IgnorePatterns.Entry rules = parent.get().child(path.fileName().toString());
        boolean passage = rules.isIgnored()
                && (beginsException(rules) || rules.leadsToException())
                && tree.peek(path).filter(LayerEntry::isDirectory).isPresent();
        boolean there = passage || !rules.isIgnored();
        tally.decided(path, rules, parent.get(), there);
        return there ? Optional.of(rules) : Optional.empty();
    }

    private boolean beginsException(IgnorePatterns.Entry rules) {
        return exceptions.stream().anyMatch(exception -> exception.startsWith(rules.path() + "/"));
    }

    @Override
    public List<LayerEntry> children(RawPath directory) throws JbuildException {
        if (rules(directory).isEmpty()) {
            return List.of();
        }
        List<LayerEntry> children = new ArrayList<>();
        List<LayerEntry> all = tree.children(directory);
        for (LayerEntry child : all) {
            if (isVisible(child.path())) {
                children.add(child);
            }
        }
        tally.listed(directory, all.stream().map(LayerEntry::path).toList());
        return children;
    }

    @Override
    public Optional<IgnoreReport> ignored() {
        return tally.report(this::existsUnfiltered);
    }

    private boolean existsUnfiltered(RawPath path) {
        try {
            return tree.peek(path).isPresent();
        } catch (JbuildException e) {
            return false;
        }
    }

    @Override
    public RawPath resolve(RawPath path, boolean followLast) throws JbuildException {
        return SymlinkWalk.<JbuildException>resolve(at -> peek(at).flatMap(SymlinkWalk.RawLink::of), path, followLast);
    }

    @Override
    public InputStream open(RawPath file) throws JbuildException {
        return tree.open(visible(file));
    }

    @Override
    public Optional<FileChannel> onDisk(RawPath file) throws JbuildException {
        return tree.onDisk(visible(file));
    }

    private RawPath visible(RawPath file) throws JbuildException {
        if (!isVisible(file)) {
            throw new UserError("\"/" + file + "\": not found in the build context");
        }
        return file;
    }

    @Override
    public List<Digest> digests(List<RawPath> files) throws JbuildException {
        return tree.digests(files);
    }

    @Override
    public Optional<Object> identity(LayerEntry file) {
        return tree.identity(file);
    }
}
