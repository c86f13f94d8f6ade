package dev.jbuild.store;

import dev.jbuild.layer.LayerIndexFile;
import dev.jbuild.oci.DiffId;
import dev.jbuild.oci.Digest;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.store.CacheRecords.CacheRecord;
import dev.jbuild.store.Store.Collected;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One collection: marks what names and records reach, then deletes the rest, but for what was put or found since the
 * oldest living lease began.
 */
final class Collector {
    /** As much as the clocks of the file system and of the JVM may differ. */
    private static final long SLACK_MILLIS = 2000;

    private final StoreLayout layout;
    private final Workplace workplace;
    private final FileBlobs blobs;
    private final DiskLayers layers;
    private final NameTable names;
    private final RecordTable records;
    /** What is younger stays. */
    private long limit;

    private long bytes;

    Collector(Workplace workplace, FileBlobs blobs, DiskLayers layers, NameTable names, RecordTable records) {
        this.layout = workplace.layout();
        this.workplace = workplace;
        this.blobs = blobs;
        this.layers = layers;
        this.names = names;
        this.records = records;
    }

    Collected collect(boolean cacheToo) throws JbuildException {
        try {
            long now = System.currentTimeMillis();
            Owner.sweep(layout.ingest());
            limit = Owner.oldestLease(layout.ingest())
                    .map(oldest -> Math.min(now, oldest.toMillis() - SLACK_MILLIS))
                    .orElse(now);
            int forgotten = cacheToo ? records.removeBefore(limit) : removeDangling();
            References live = References.of(names.list(), records.all(), blobs);
            int goneLayers = sweepLayers(live);
            int goneBlobs = sweepBlobs(live);
            if (cacheToo) {
                bytes += Repositories.deleteUnused(layout.repositories());
                bytes += FileTrees.delete(layout.contexts());
            }
            return new Collected(goneBlobs, goneLayers, forgotten, bytes);
        } catch (IOException e) {
            throw StorageError.of("can't collect what is unused in the store at " + layout.root(), e);
        }
    }

    /** Forgets records whose layers are gone: they can't be hits any more. */
    private int removeDangling() throws JbuildException {
        int removed = 0;
        for (CacheRecord entry : records.all()) {
            boolean whole = entry.blobs().stream().allMatch(digest -> Files.exists(layout.blob(digest)));
            for (DiffId diffId : entry.layers()) {
                whole = whole && layers.find(diffId).isPresent();
            }
            if (!whole) {
                records.remove(entry.key());
                removed++;
            }
        }
        return removed;
    }

    private int sweepLayers(References live) throws IOException {
        int gone = 0;
        for (Path home : layers.homes()) {
            Path index = home.resolve(DiskLayers.INDEX);
            if (!isLive(live, index) && isOld(index) && removed(home, index)) {
                gone++;
            }
        }
        return gone;
    }

    private static boolean isLive(References live, Path index) {
        try {
            return live.keeps(LayerIndexFile.readSummary(index).diffId());
        } catch (IOException e) {
            // Unreadable, so of no use to anybody.
            return false;
        }
    }

    private int sweepBlobs(References live) throws IOException {
        int gone = 0;
        for (String algorithm : List.of("sha256", "sha512")) {
            for (Path file : entries(layout.blobs(algorithm))) {
                Optional<Digest> digest = digest(algorithm, String.valueOf(file.getFileName()));
                boolean isLive = digest.isEmpty() || live.keeps(digest.get());
                if (!isLive && isOld(file) && removed(file, file)) {
                    gone++;
                }
            }
        }
        return gone;
    }

    private static Optional<Digest> digest(String algorithm, String hex) {
        try {
            return Optional.of(new Digest(algorithm, hex));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private boolean isOld(Path stamp) throws IOException {
        try {
            return Files.getLastModifiedTime(stamp).toMillis() < limit;
        } catch (NoSuchFileException e) {
            return true;
        }
    }

    /** Takes it away, looks once more whether somebody wants it, and only then deletes it. */
    private boolean removed(Path published, Path stamp) throws IOException {
        Path trash = workplace.owner().fresh(".trash");
        try {
            Files.move(published, trash, StandardCopyOption.ATOMIC_MOVE);
        } catch (NoSuchFileException e) {
            return false;
        }
        Path movedStamp = stamp.equals(published) ? trash : trash.resolve(published.relativize(stamp));
        if (!isOld(movedStamp) && !Files.exists(published)) {
            Files.move(trash, published, StandardCopyOption.ATOMIC_MOVE);
            return false;
        }
        bytes += FileTrees.delete(trash);
        return true;
    }

    private static List<Path> entries(Path directory) throws IOException {
        List<Path> entries = new ArrayList<>();
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory)) {
            stream.forEach(entries::add);
        } catch (NoSuchFileException e) {
            return List.of();
        }
        return entries;
    }
}
