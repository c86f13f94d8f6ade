package dev.jbuild.context;

import dev.jbuild.layer.LayerEntry;
import dev.jbuild.oci.Digest;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.sys.RawPath;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.util.List;
import java.util.Optional;

/** A tree whose files have the permissions that git would keep of them. */
final class GitModes implements SourceTree {
    private final SourceTree tree;

    GitModes(SourceTree tree) {
        this.tree = tree;
    }

    @Override
    public Optional<LayerEntry> find(RawPath path) throws JbuildException {
        return tree.find(path).map(ModePolicy::git);
    }

    @Override
    public Optional<LayerEntry> peek(RawPath path) throws JbuildException {
        return tree.peek(path).map(ModePolicy::git);
    }

    @Override
    public RawPath resolve(RawPath path, boolean followLast) throws JbuildException {
        return tree.resolve(path, followLast);
    }

    @Override
    public List<LayerEntry> children(RawPath directory) throws JbuildException {
        return tree.children(directory).stream().map(ModePolicy::git).toList();
    }

    @Override
    public InputStream open(RawPath file) throws JbuildException {
        return tree.open(file);
    }

    @Override
    public List<Digest> digests(List<RawPath> files) throws JbuildException {
        return tree.digests(files);
    }

    @Override
    public Optional<Object> identity(LayerEntry file) {
        return tree.identity(file);
    }

    @Override
    public Optional<FileChannel> onDisk(RawPath file) throws JbuildException {
        return tree.onDisk(file);
    }
}
