package dev.jbuild.image;

import dev.jbuild.fs.TreeWriter;
import dev.jbuild.layer.EntryType;
import dev.jbuild.layer.LayerEntry;
import dev.jbuild.layer.LayerTarWriter;
import dev.jbuild.problem.EnvironmentError;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.problem.UserError;
import dev.jbuild.progress.Cancellation;
import dev.jbuild.snapshot.MergedView.Found;
import dev.jbuild.sys.HostPaths;
import dev.jbuild.sys.RawPath;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Files of an image that are copied out of it, each under a path of its own: into a tar, or beneath a directory. Hard links
 * among them stay such. Contents are streamed; nothing is unpacked but what is asked for.
 */
public final class ImageFiles {
    private final ReadableImage image;
    private final Cancellation cancellation;
    private final List<Placed> files = new ArrayList<>();

    /** A file as it is put, and where it is from. */
    private record Placed(LayerEntry entry, Found source) {
        boolean hasContent() {
            return EntryPlacing.hasContent(entry);
        }
    }

    /**
     * @param found in path order; marks of removal among them are left out
     * @param from the path of the first of them
     * @param to where that is put
     */
    public ImageFiles(
            ReadableImage image, Collection<Found> found, RawPath from, RawPath to, Cancellation cancellation) {
        this.image = image;
        this.cancellation = cancellation;
        HardLinks links = new HardLinks();
        for (Found each : found) {
            LayerEntry entry = each.entry();
            if (entry.type() != EntryType.WHITEOUT) {
                RawPath path = to.resolve(entry.path().relativeTo(from));
                files.add(new Placed(entry.at(path, links.firstName(each, path), false), each));
            }
        }
    }

    /** Writes a tar in path order: the same bytes wherever the image lies. */
    public void writeTar(OutputStream out) throws JbuildException {
        try (ImageContents contents = image.inOrder(withContent());
                LayerTarWriter writer = new LayerTarWriter(out)) {
            for (Placed file : files) {
                cancellation.throwIfCancelled();
                if (file.hasContent()) {
                    contents.give(file.source(), (found, content) -> writer.add(file.entry(), content));
                } else {
                    writer.add(file.entry());
                }
            }
        } catch (IOException e) {
            throw new EnvironmentError("the tar can't be written: " + e.getMessage(), e);
        }
    }

    private List<Found> withContent() {
        return files.stream().filter(Placed::hasContent).map(Placed::source).toList();
    }

    /**
     * Puts the files beneath a directory that is there; nothing outside it is touched, whatever symlinks are in either.
     * Files that are in the way are replaced.
     *
     * @throws UserError if a directory is to replace what is none, or the other way round; then nothing is written
     */
    public void writeDirectory(Path directory, TreeWriter.Ownership ownership) throws JbuildException {
        Map<Found, LayerEntry> bySource = new HashMap<>();
        for (Placed file : files) {
            refuseOtherKind(directory, file.entry());
            bySource.put(file.source(), file.entry());
        }
        try (TreeWriter writer = TreeWriter.open(directory, ownership)) {
            for (Placed file : files) {
                if (file.entry().isDirectory()) {
                    EntryPlacing.write(writer, file.entry(), InputStream.nullInputStream());
                }
            }
            image.contents(withContent(), (found, content) -> {
                cancellation.throwIfCancelled();
                EntryPlacing.write(writer, Objects.requireNonNull(bySource.get(found)), content);
            });
            for (Placed file : files) {
                if (!file.entry().isDirectory() && !file.hasContent()) {
                    EntryPlacing.write(writer, file.entry(), InputStream.nullInputStream());
                }
            }
            writer.finish();
        } catch (IOException e) {
            throw new EnvironmentError("can't write to " + directory + ": " + e.getMessage(), e);
        }
    }

    /** In path order, so that a symlink in a directory's place is met before anything is looked for behind it. */
    private static void refuseOtherKind(Path directory, LayerEntry entry) throws UserError {
        Path there = HostPaths.resolve(directory, entry.path());
        if (Files.exists(there, LinkOption.NOFOLLOW_LINKS)
                && Files.isDirectory(there, LinkOption.NOFOLLOW_LINKS) != entry.isDirectory()) {
            throw new UserError(
                    there + (entry.isDirectory() ? " is no directory, but is one" : " is a directory, but is none")
                            + " in the image",
                    "remove it, or copy to another place");
        }
    }
}
