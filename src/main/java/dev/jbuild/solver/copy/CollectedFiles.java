package dev.jbuild.solver.copy;

import dev.jbuild.context.SourceTree;
import dev.jbuild.fs.Metadata;
import dev.jbuild.fs.TreeWriter;
import dev.jbuild.graph.Op;
import dev.jbuild.layer.EntryType;
import dev.jbuild.layer.LayerEntry;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.problem.UserError;
import dev.jbuild.solver.copy.Selected.Item;
import dev.jbuild.sys.RawPath;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * Takes files that a pattern names out of the root file system of a container into a directory of this machine, outside
 * which nothing is written whatever the files are called. Only contents and permissions are taken: no owners, no attributes,
 * no devices; in place of a symlink what it leads to in the container.
 */
public final class CollectedFiles {
    private CollectedFiles() {}

    /**
     * Copies what a pattern matches, with the directories between the last one that the pattern names and the files.
     *
     * @param pattern as COPY has them, {@code **} included
     * @param cwd what a relative pattern is relative to
     * @return the paths of the files in {@code directory}
     */
    public static List<String> collect(SourceTree tree, String pattern, String cwd, Path directory)
            throws JbuildException, IOException {
        List<Item> items = select(tree, Sources.clean(pattern.startsWith("/") ? pattern : cwd + "/" + pattern));
        List<Item> files = new ArrayList<>();
        for (Item item : items) {
            file(tree, item).ifPresent(files::add);
        }
        if (files.isEmpty()) {
            return List.of();
        }
        Files.createDirectories(directory);
        List<String> written = new ArrayList<>();
        try (TreeWriter writer = TreeWriter.open(directory, TreeWriter.Ownership.OF_CALLER)) {
            for (Item file : files) {
                writer.parents(file.relative());
                try (InputStream content = tree.open(file.entry().path())) {
                    writer.file(file.relative(), metadata(file.entry()), content);
                }
                written.add(file.relative().toString());
            }
            writer.finish();
        }
        return written;
    }

    private static List<Item> select(SourceTree tree, RawPath pattern) throws JbuildException {
        List<RawPath> segments = pattern.segments();
        RawPath named = RawPath.ROOT;
        int i = 0;
        while (i < segments.size() - 1 && !GoPattern.isPattern(segments.get(i).toString())) {
            named = named.resolve(segments.get(i++));
        }
        RawPath below = RawPath.ROOT;
        for (; i < segments.size(); i++) {
            below = below.resolve(segments.get(i));
        }
        Op.Source source = new Op.Source(0, "/" + named + "/./" + below, false, false);
        try {
            return new Sources(tree, source, List.of(), true)
                    .select().stream().flatMap(each -> each.items().stream()).toList();
        } catch (UserError e) {
            // There is no such file, which is no news of a step that failed.
            return List.of();
        }
    }

    /** The file to copy for what was matched. */
    private static Optional<Item> file(SourceTree tree, Item item) throws JbuildException {
        if (item.relative().isRoot() || item.parent()) {
            return Optional.empty();
        }
        LayerEntry entry = item.entry();
        if (entry.type() != EntryType.SYMLINK) {
            return entry.type() == EntryType.FILE ? Optional.of(item) : Optional.empty();
        }
        return tree.peek(tree.resolve(entry.path(), true))
                .filter(target -> target.type() == EntryType.FILE)
                .map(target -> new Item(item.relative(), target, false));
    }

    private static Metadata metadata(LayerEntry entry) {
        int permissions = entry.mode() & 0777;
        return new Metadata(
                Metadata.Kind.FILE,
                permissions,
                0,
                0,
                entry.mtimeSeconds(),
                0,
                "",
                0,
                0,
                Collections.emptyNavigableMap());
    }
}
