package dev.jbuild.store;

import dev.jbuild.layer.LayerIndexFile;
import dev.jbuild.oci.DiffId;
import dev.jbuild.oci.Digest;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.store.KeptDirectories.Kept;
import dev.jbuild.sys.SyscallException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * All that a collection may choose from, as it is at one moment: pieces, which are blobs and the directories of layers; and
 * candidates, which are cached things made of pieces or of a directory of their own.
 */
final class Inventory {
    private final StoreLayout layout;
    private final SizeTable sizes;
    /** What was put or used since then may be in use. */
    private final long limit;

    private final List<Piece> pieces = new ArrayList<>();
    private final Map<Digest, Piece> blobs = new HashMap<>();
    private final Map<DiffId, Piece> layers = new HashMap<>();
    private final List<Candidate> candidates = new ArrayList<>();

    private Inventory(StoreLayout layout, SizeTable sizes, long limit) {
        this.layout = layout;
        this.sizes = sizes;
        this.limit = limit;
    }

    /** A blob or the directory of a layer. */
    final class Piece {
        private final String kind;
        private final String id;
        private final Path published;
        private final Path stamp;
        /** Those that this one shares bytes with. */
        private final List<Piece> sources = new ArrayList<>();

        private boolean neededByImages;
        private int users;
        private long bytes = -1;

        private Piece(String kind, String id, Path published, Path stamp) {
            this.kind = kind;
            this.id = id;
            this.published = published;
            this.stamp = stamp;
        }

        String kind() {
            return kind;
        }

        String id() {
            return id;
        }

        boolean isNeeded() {
            return neededByImages || users > 0;
        }

        boolean isNeededByImages() {
            return neededByImages;
        }

        /** Whether it was put or used so lately that somebody may work with it. */
        boolean isYoung() throws IOException {
            try {
                return Files.getLastModifiedTime(stamp).toMillis() >= limit;
            } catch (NoSuchFileException e) {
                return false;
            }
        }

        /** What becomes free when it goes. */
        long bytes() throws IOException, JbuildException {
            if (bytes < 0) {
                bytes = kind.equals(Victim.LAYER) ? sizes.of(published, inode(stamp), this::measured) : measured();
            }
            return bytes;
        }

        private long measured() throws JbuildException {
            return Inventory.measured(published);
        }

        /** One user less. Returns what becomes free by that. */
        long release() throws IOException, JbuildException {
            users--;
            return isNeeded() || isYoung() ? 0 : bytes();
        }
    }

    private static String inode(Path file) throws IOException {
        try {
            return String.valueOf(Files.getAttribute(file, "unix:ino"));
        } catch (NoSuchFileException e) {
            return "";
        }
    }

    private static long measured(Path tree) throws JbuildException {
        try {
            DiskUsage usage = new DiskUsage();
            return usage.add(tree).disk() - usage.heldElsewhere();
        } catch (SyscallException e) {
            throw StorageError.of("can't measure " + tree, e);
        }
    }

    /** A cached thing: a record with its pieces, or a directory. */
    final class Candidate {
        private final RecordTable.@Nullable Kept entry;
        private final @Nullable Kept directory;
        private final CacheType type;
        private final List<Piece> parts;
        private final boolean whole;
        private @Nullable CacheItem item;

        private Candidate(RecordTable.Kept entry, List<Piece> parts, boolean whole) {
            this.entry = entry;
            this.directory = null;
            this.type = entry.entry().about().type();
            this.parts = parts;
            this.whole = whole;
        }

        private Candidate(Kept directory, CacheType type) {
            this.entry = null;
            this.directory = directory;
            this.type = type;
            this.parts = List.of();
            this.whole = true;
        }

        Optional<Digest> key() {
            return Optional.ofNullable(entry).map(kept -> kept.entry().key());
        }

        List<Piece> parts() {
            return parts;
        }

        Optional<Kept> directory() {
            return Optional.ofNullable(directory);
        }

        /** Whether all its pieces are there: if not, it is of no use. */
        boolean isWhole() {
            return whole;
        }

        CacheItem item() throws IOException, JbuildException {
            CacheItem made = item;
            if (made == null) {
                made = entry != null ? ofRecord(entry) : ofDirectory(Objects.requireNonNull(directory));
                item = made;
            }
            return made;
        }

        private CacheItem ofRecord(RecordTable.Kept kept) throws IOException, JbuildException {
            long bytes = 0;
            boolean shared = false;
            boolean inUse = kept.used().toEpochMilli() >= limit;
            for (Piece part : parts) {
                bytes += part.neededByImages ? 0 : part.bytes();
                shared |= part.neededByImages || part.users > 1;
                inUse |= part.isYoung();
            }
            CacheRecords.About about = kept.entry().about();
            return new CacheItem(
                    kept.entry().key().toString(),
                    type,
                    about.description(),
                    kept.stored(),
                    kept.used(),
                    kept.hits(),
                    about.cost(),
                    bytes,
                    shared,
                    inUse);
        }

        private CacheItem ofDirectory(Kept kept) throws IOException, JbuildException {
            boolean inUse = kept.isInUse();
            Path path = kept.path();
            // Nobody changes it without a use; while there is one, it may have any size.
            long bytes = inUse ? measured(path) : sizes.of(path, kept.used().toString(), () -> measured(path));
            return new CacheItem(
                    kept.name(),
                    type,
                    kept.about(),
                    kept.created(),
                    kept.used(),
                    0,
                    Duration.ZERO,
                    bytes,
                    false,
                    inUse);
        }

        /** Takes it out of the inventory. Returns what becomes free by that. */
        long release() throws IOException, JbuildException {
            long freed = directory == null ? 0 : item().bytes();
            for (Piece part : parts) {
                freed += part.release();
            }
            return freed;
        }
    }

    static Inventory of(
            StoreLayout layout,
            SizeTable sizes,
            References references,
            List<RecordTable.Kept> records,
            List<Path> layerHomes,
            FileBlobs blobs,
            long limit)
            throws IOException {
        Inventory inventory = new Inventory(layout, sizes, limit);
        inventory.addBlobs(references, blobs);
        inventory.addLayers(layerHomes, references);
        records.forEach(inventory::addRecord);
        for (Kept kept : KeptDirectories.list(layout.cacheMounts())) {
            inventory.candidates.add(inventory.new Candidate(kept, CacheType.CACHE_MOUNT));
        }
        for (Kept kept : KeptDirectories.list(layout.repositories())) {
            inventory.candidates.add(inventory.new Candidate(kept, CacheType.SOURCE_GIT));
        }
        for (Kept kept : KeptDirectories.files(layout.contexts(), "what was read of a build context")) {
            inventory.candidates.add(inventory.new Candidate(kept, CacheType.INTERNAL));
        }
        return inventory;
    }

    private void addBlobs(References references, FileBlobs store) throws IOException {
        Map<Path, Piece> files = new HashMap<>();
        List<FileBlobs.Lying> lying = FileBlobs.list(layout);
        for (FileBlobs.Lying blob : lying) {
            // What isn't a blob is for those who verify the store.
            if (blob.digest().isPresent()) {
                Digest digest = blob.digest().get();
                Piece piece = new Piece(Victim.BLOB, digest.toString(), blob.file(), blob.file());
                piece.neededByImages = references.imagesNeed(digest);
                files.put(blob.file(), piece);
                // One that is there twice is read where it is whole.
                if (!blob.delta() || !blobs.containsKey(digest)) {
                    blobs.put(digest, piece);
                }
                pieces.add(piece);
            }
        }
        for (FileBlobs.Lying blob : lying) {
            Piece piece = files.get(blob.file());
            if (piece != null && blob.delta()) {
                for (Path file : store.needs(blob)) {
                    Piece source = files.get(file);
                    if (source != null) {
                        piece.sources.add(source);
                        source.neededByImages |= piece.neededByImages;
                    }
                }
            }
        }
    }

    private void addLayers(List<Path> homes, References references) {
        for (Path home : homes) {
            Path index = home.resolve(DiskLayers.INDEX);
            try {
                DiffId diffId = LayerIndexFile.readSummary(index).diffId();
                Piece piece = new Piece(Victim.LAYER, diffId.toString(), home, index);
                piece.neededByImages = references.imagesNeed(diffId);
                layers.put(diffId, piece);
                pieces.add(piece);
            } catch (IOException e) {
                // Unreadable, perhaps for now; what somebody needs is to be mended.
                String name = String.valueOf(home.getFileName());
                Piece piece = new Piece(Victim.LAYER, name, home, index);
                piece.neededByImages = references.keepsLayer(name);
                pieces.add(piece);
            }
        }
    }

    private void addRecord(RecordTable.Kept kept) {
        List<Piece> parts = new ArrayList<>();
        boolean whole = true;
        for (DiffId diffId : new HashSet<>(kept.entry().layers())) {
            Piece directory = layers.get(diffId);
            // A layer that nothing mounted yet is no more than its tar.
            whole &= add(directory != null ? directory : blobs.get(diffId.digest()), parts);
        }
        for (Digest digest : new HashSet<>(kept.entry().blobs())) {
            whole &= add(blobs.get(digest), parts);
        }
        parts.forEach(piece -> piece.users++);
        candidates.add(new Candidate(kept, parts, whole));
    }

    private static boolean add(@Nullable Piece piece, List<Piece> parts) {
        if (piece != null) {
            parts.add(piece);
            piece.sources.stream().filter(source -> !parts.contains(source)).forEach(parts::add);
        }
        return piece != null;
    }

    List<Piece> pieces() {
        return pieces;
    }

    List<Candidate> candidates() {
        return candidates;
    }

    /** Remembers what was measured. */
    void saveSizes() {
        Set<Path> trees = new HashSet<>();
        layers.values().forEach(piece -> trees.add(piece.published));
        candidates.forEach(candidate -> candidate.directory().ifPresent(kept -> trees.add(kept.path())));
        sizes.save(trees);
    }
}
