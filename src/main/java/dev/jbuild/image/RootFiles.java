package dev.jbuild.image;

import dev.jbuild.fs.TreeWriter;
import dev.jbuild.layer.EntryType;
import dev.jbuild.layer.LayerEntry;
import dev.jbuild.layer.LayerTarWriter;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.problem.UserError;
import dev.jbuild.progress.Cancellation;
import dev.jbuild.snapshot.LayerStack;
import dev.jbuild.snapshot.MergedView.Found;
import dev.jbuild.sys.HostPaths;
import dev.jbuild.sys.RawPath;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The files that stacks of layers show, each stack's in a directory of its own or all in one, taken from the layers'
 * directories: nothing is mounted.
 */
final class RootFiles {
    private final List<Tree> trees;
    private final Cancellation cancellation;

    RootFiles(List<Tree> trees, Cancellation cancellation) {
        this.trees = List.copyOf(trees);
        this.cancellation = cancellation;
    }

    /**
     * A root file system.
     *
     * @param name what it is called, in messages
     * @param under the directory it is put into; the root for none
     * @param time what all files get in place of their own times
     */
    record Tree(String name, RawPath under, LayerStack root, Optional<Instant> time) {
        long timeOr(long own) {
            return time.map(Instant::getEpochSecond).orElse(own);
        }
    }

    /**
     * An entry where it is put.
     *
     * @param content the file with the content of an entry that has any
     */
    private record Placed(LayerEntry entry, Optional<Path> content, String tree) {
        InputStream open() throws IOException {
            return content.isEmpty()
                    ? InputStream.nullInputStream()
                    : Files.newInputStream(content.get(), LinkOption.NOFOLLOW_LINKS);
        }
    }

    /** All visible entries in path order. */
    private Collection<Placed> entries() throws JbuildException {
        NavigableMap<RawPath, Placed> all = new TreeMap<>();
        for (Tree tree : trees) {
            for (Placed placed : entries(tree)) {
                Placed before = all.putIfAbsent(placed.entry().path(), placed);
                if (before != null
                        && !(before.entry().isDirectory() && placed.entry().isDirectory())) {
                    throw new UserError(
                            "cannot overwrite " + placed.entry().path() + " from " + before.tree() + " with "
                                    + placed.tree() + " when split option is disabled",
                            "leave out platform-split=false, so that each platform has a directory of its own");
                }
            }
        }
        return all.values();
    }

    /** The visible entries of one tree, hard links being links to the first name that is still visible. */
    private List<Placed> entries(Tree tree) throws JbuildException {
        List<Placed> entries = new ArrayList<>();
        if (!tree.under().isRoot()) {
            entries.add(new Placed(directory(tree), Optional.empty(), tree.name()));
        }
        HardLinks links = new HardLinks();
        for (Found found : tree.root().view().beneath(RawPath.ROOT)) {
            LayerEntry entry = found.entry();
            if (entry.type() == EntryType.WHITEOUT) {
                continue;
            }
            RawPath path = tree.under().resolve(entry.path());
            LayerEntry visible = entry.at(path, links.firstName(found, path), false)
                    .withMtimeSeconds(tree.timeOr(entry.mtimeSeconds()));
            Path layer = tree.root().layers().get(found.layer()).directory();
            Optional<Path> content = EntryPlacing.hasContent(visible)
                    ? Optional.of(HostPaths.resolve(layer, entry.path()))
                    : Optional.empty();
            entries.add(new Placed(visible, content, tree.name()));
        }
        return entries;
    }

    private static LayerEntry directory(Tree tree) {
        return new LayerEntry(
                tree.under(),
                EntryType.DIRECTORY,
                0755,
                0,
                0,
                0,
                tree.timeOr(0),
                "",
                0,
                0,
                Collections.emptyNavigableMap(),
                Optional.empty(),
                Optional.empty(),
                false);
    }

    void writeTar(OutputStream out) throws IOException, JbuildException {
        try (LayerTarWriter writer = new LayerTarWriter(out)) {
            for (Placed placed : entries()) {
                cancellation.throwIfCancelled();
                try (InputStream content = placed.open()) {
                    writer.add(placed.entry(), content);
                }
            }
        }
    }

    void writeDirectory(Path directory) throws IOException, JbuildException {
        Collection<Placed> entries = entries();
        Files.createDirectories(directory);
        try (TreeWriter writer = TreeWriter.open(directory.toRealPath(), TreeWriter.Ownership.OF_CALLER)) {
            for (Placed placed : entries) {
                cancellation.throwIfCancelled();
                try (InputStream content = placed.open()) {
                    EntryPlacing.write(writer, placed.entry(), content);
                }
            }
            writer.finish();
        }
    }
}
