package dev.jbuild.store;

import dev.jbuild.layer.LayerEntry;
import dev.jbuild.layer.LayerIndex;
import dev.jbuild.layer.LayerIndexFile;
import dev.jbuild.layer.LayerSummary;
import dev.jbuild.oci.DiffId;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.problem.StoreCorrupted;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Layers as directories. The name of a directory is the beginning of the DiffID's digits, as long as it has to be to differ
 * from the others; the whole DiffID stands in the index file, so nothing else has to know which layers there are.
 */
final class DiskLayers implements LayerStore {
    private static final int[] ID_LENGTHS = {10, 16, 64};
    static final String INDEX = "index";

    private final StoreLayout layout;
    private final Workplace workplace;
    private final Map<DiffId, DiskLayer> known = new ConcurrentHashMap<>();

    DiskLayers(Workplace workplace) {
        this.layout = workplace.layout();
        this.workplace = workplace;
    }

    @Override
    public Optional<StoredLayer> find(DiffId diffId) throws JbuildException {
        try {
            return Optional.ofNullable(lookUp(diffId));
        } catch (IOException e) {
            throw StorageError.of("can't look for the layer " + diffId, e);
        }
    }

    private @Nullable DiskLayer lookUp(DiffId diffId) throws IOException {
        DiskLayer layer = known.get(diffId);
        if (layer != null && workplace.look(layer.indexFile()) == Workplace.State.THERE) {
            return layer;
        }
        known.remove(diffId);
        for (int length : ID_LENGTHS) {
            Path home = layout.layers().resolve(diffId.digest().hex().substring(0, length));
            Workplace.State state = workplace.look(home.resolve(INDEX));
            if (state == Workplace.State.DOUBTFUL) {
                discard(home);
            } else if (state == Workplace.State.THERE) {
                LayerSummary summary = LayerIndexFile.readSummary(home.resolve(INDEX));
                if (summary.diffId().equals(diffId)) {
                    return known.computeIfAbsent(diffId, id -> new DiskLayer(home, summary, null));
                }
            }
        }
        return null;
    }

    /** Looks at it anew the next time. */
    void forget(DiffId diffId) {
        known.remove(diffId);
    }

    /** Deletes a layer, so that whoever looks sees it whole or not at all. Returns the bytes of its files. */
    long discard(Path home) throws IOException {
        Path trash = workplace.owner().fresh(".trash");
        try {
            Files.move(home, trash, StandardCopyOption.ATOMIC_MOVE);
        } catch (NoSuchFileException e) {
            return 0;
        }
        return FileTrees.delete(trash);
    }

    /** The directories of all layers. */
    List<Path> homes() throws IOException {
        List<Path> homes = new ArrayList<>();
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(layout.layers())) {
            stream.forEach(homes::add);
        }
        return homes;
    }

    @Override
    public WorkArea workArea() throws JbuildException {
        try {
            Path area = Files.createDirectory(workplace.owner().fresh(""));
            for (String name : List.of("fs", "work")) {
                Path directory = Files.createDirectory(area.resolve(name));
                Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
            }
            return new DiskWorkArea(area, workplace);
        } catch (IOException e) {
            throw StorageError.of("can't make a directory to work in", e);
        }
    }

    @Override
    public StoredLayer commit(WorkArea area, LayerSummary summary, LayerIndex index) throws JbuildException {
        try {
            DiskLayer there = lookUp(summary.diffId());
            return there != null ? there : publish(area, summary, index);
        } catch (IOException e) {
            throw StorageError.of("can't store the layer " + summary.diffId(), e);
        }
    }

    private StoredLayer publish(WorkArea area, LayerSummary summary, LayerIndex index) throws IOException {
        Path temporary = Files.createDirectory(workplace.owner().fresh(".layer"));
        try {
            Path indexFile = temporary.resolve(INDEX);
            LayerIndexFile.write(indexFile, summary, index);
            Workplace.markFresh(indexFile);
            Files.setPosixFilePermissions(temporary, PosixFilePermissions.fromString("rwx--x--x"));
            Files.move(area.upper(), temporary.resolve("fs"), StandardCopyOption.ATOMIC_MOVE);
            for (int length : ID_LENGTHS) {
                Path home =
                        layout.layers().resolve(summary.diffId().digest().hex().substring(0, length));
                if (moved(temporary, home)) {
                    workplace.durability().published(home.resolve(INDEX));
                    DiskLayer layer = new DiskLayer(home, summary, index);
                    known.put(summary.diffId(), layer);
                    return layer;
                }
                DiskLayer other = lookUp(summary.diffId());
                if (other != null) {
                    // Another process was as quick.
                    Files.move(temporary.resolve("fs"), area.upper(), StandardCopyOption.ATOMIC_MOVE);
                    return other;
                }
            }
            throw new IOException("all its possible directories are taken");
        } finally {
            FileTrees.delete(temporary);
        }
    }

    private static boolean moved(Path from, Path to) throws IOException {
        try {
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
            return true;
        } catch (FileSystemException e) {
            if (Files.isDirectory(to)) {
                return false;
            }
            throw e;
        }
    }

    @Override
    public long size() throws JbuildException {
        long size = 0;
        try {
            for (Path home : homes()) {
                LayerSummary summary = LayerIndexFile.readSummary(home.resolve(INDEX));
                Optional<StoredLayer> layer = find(summary.diffId());
                if (layer.isPresent()) {
                    size += bytes(layer.get().index());
                }
            }
        } catch (IOException e) {
            throw StorageError.of("can't measure the layers of the store at " + layout.root(), e);
        }
        return size;
    }

    private static long bytes(LayerIndex index) {
        return index.entries().stream()
                .filter(entry -> entry.hardLinkTo().isEmpty())
                .mapToLong(LayerEntry::size)
                .sum();
    }

    private static final class DiskLayer implements StoredLayer {
        private final Path home;
        private final LayerSummary summary;
        private @Nullable LayerIndex index;

        DiskLayer(Path home, LayerSummary summary, @Nullable LayerIndex index) {
            this.home = home;
            this.summary = summary;
            this.index = index;
        }

        Path indexFile() {
            return home.resolve(INDEX);
        }

        @Override
        public LayerSummary summary() {
            return summary;
        }

        @Override
        public Path directory() {
            return home.resolve("fs");
        }

        @Override
        public synchronized LayerIndex index() throws JbuildException {
            LayerIndex loaded = index;
            if (loaded == null) {
                try {
                    loaded = LayerIndexFile.read(indexFile()).index();
                } catch (IOException e) {
                    throw new StoreCorrupted(
                            "the index of the layer " + summary.diffId() + " can't be read: " + e.getMessage(),
                            e,
                            "`jbuild store verify --repair` makes it again if it can");
                }
                index = loaded;
            }
            return loaded;
        }
    }

    private record DiskWorkArea(Path area, Workplace workplace) implements WorkArea {
        @Override
        public Path upper() {
            return area.resolve("fs");
        }

        @Override
        public Path work() {
            return area.resolve("work");
        }

        @Override
        public void close() {
            workplace.deletions().delete(area);
        }
    }
}
