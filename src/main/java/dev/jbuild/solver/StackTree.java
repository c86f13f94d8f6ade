package dev.jbuild.solver;

import dev.jbuild.context.SourceTree;
import dev.jbuild.layer.EntryType;
import dev.jbuild.layer.LayerEntry;
import dev.jbuild.oci.Digest;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.problem.StoreCorrupted;
import dev.jbuild.problem.UserError;
import dev.jbuild.snapshot.LayerStack;
import dev.jbuild.snapshot.MergedView;
import dev.jbuild.snapshot.MergedView.Found;
import dev.jbuild.store.LayerStore.StoredLayer;
import dev.jbuild.sys.HostPaths;
import dev.jbuild.sys.RawPath;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The root file system of a stage as a tree to copy from: answered from the layers' indexes, with content read from their
 * diff directories, so without a mount and without privileges beyond those to read these.
 */
public final class StackTree implements SourceTree {
    private final LayerStack stack;
    private final MergedView view;

    public StackTree(LayerStack stack) throws JbuildException {
        this.stack = stack;
        this.view = stack.view();
    }

    @Override
    public Optional<LayerEntry> find(RawPath path) {
        return view.find(path).map(Found::entry);
    }

    @Override
    public RawPath resolve(RawPath path, boolean followLast) throws JbuildException {
        return view.resolve(path, followLast);
    }

    @Override
    public List<LayerEntry> children(RawPath directory) {
        return view.children(directory).stream().map(Found::entry).toList();
    }

    @Override
    public InputStream open(RawPath file) throws JbuildException {
        return Channels.newInputStream(openNow(file));
    }

    private FileChannel openNow(RawPath file) throws JbuildException {
        Path path = locate(file);
        try {
            return FileChannel.open(path, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS));
        } catch (NoSuchFileException e) {
            throw new StoreCorrupted("the store has lost the file " + path + ", which one of its layers lists", e);
        } catch (FileSystemException e) {
            throw new StoreCorrupted("can't read the file " + path + " of a layer: " + e.getReason(), e);
        } catch (IOException e) {
            throw new StoreCorrupted("can't read the file " + path + " of a layer: " + e.getMessage(), e);
        }
    }

    /** Safe to join: the index says that all segments but the last are directories in that layer's own directory. */
    private Path locate(RawPath file) throws JbuildException {
        Optional<Found> found = view.find(file).filter(each -> each.entry().type() == EntryType.FILE);
        if (found.isEmpty()) {
            throw new UserError("\"/" + file + "\": not found");
        }
        StoredLayer layer = stack.layers().get(found.get().layer());
        layer.fetch();
        return HostPaths.resolve(layer.directory(), file);
    }

    @Override
    public Optional<FileChannel> onDisk(RawPath file) throws JbuildException {
        return Optional.of(openNow(file));
    }

    @Override
    public List<Digest> digests(List<RawPath> files) {
        List<Digest> digests = new ArrayList<>();
        for (RawPath file : files) {
            digests.add(find(file)
                    .flatMap(LayerEntry::content)
                    .orElseThrow(() -> new IllegalArgumentException(file + " is not a file")));
        }
        return digests;
    }

    private record LayerFile(int layer, RawPath first) {}

    @Override
    public Optional<Object> identity(LayerEntry file) {
        return view.find(file.path())
                .map(found -> new LayerFile(
                        found.layer(),
                        found.entry().hardLinkTo().orElse(found.entry().path())));
    }
}
