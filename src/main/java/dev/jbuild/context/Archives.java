package dev.jbuild.context;

import dev.jbuild.layer.Compression;
import dev.jbuild.layer.EntryType;
import dev.jbuild.layer.LayerTarReader;
import dev.jbuild.layer.MalformedArchive;
import dev.jbuild.layer.TarEntry;
import dev.jbuild.problem.EnvironmentError;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.problem.UserError;
import dev.jbuild.sys.RawPath;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.Optional;

/** Tells archives from other files: tars, compressed or not. */
public final class Archives {
    private Archives() {}

    /** Whether a file of a tree is a tar that has an entry, by its content. */
    public static boolean isArchive(SourceTree tree, RawPath file) throws JbuildException {
        if (tree.peek(file)
                .filter(entry -> entry.type() == EntryType.FILE && entry.size() > 0)
                .isEmpty()) {
            return false;
        }
        try (InputStream in = tree.open(file);
                LayerTarReader tar = new LayerTarReader(Compression.decompress(in))) {
            return tar.next().isPresent();
        } catch (IOException e) {
            return false;
        }
    }

    /** When the newest of an archive's regular files was changed; nothing if it has none. */
    public static Optional<Instant> newest(SourceTree tree, RawPath archive) throws JbuildException {
        Optional<Instant> newest = Optional.empty();
        try (InputStream in = tree.open(archive);
                LayerTarReader tar = new LayerTarReader(Compression.decompress(in))) {
            for (Optional<TarEntry> entry = tar.next(); entry.isPresent(); entry = tar.next()) {
                Instant time = Instant.ofEpochSecond(entry.get().mtimeSeconds());
                boolean file = entry.get().kind() == TarEntry.Kind.FILE;
                if (file && (newest.isEmpty() || time.isAfter(newest.get()))) {
                    newest = Optional.of(time);
                }
            }
            return newest;
        } catch (MalformedArchive e) {
            throw new UserError("the archive /" + archive + " can't be read: " + e.getMessage(), e);
        } catch (IOException e) {
            throw new EnvironmentError("the archive /" + archive + " can't be read: " + e.getMessage(), e);
        }
    }
}
