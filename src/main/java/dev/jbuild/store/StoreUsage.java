package dev.jbuild.store;

import dev.jbuild.layer.LayerIndexFile;
import dev.jbuild.oci.DiffId;
import dev.jbuild.oci.Digest;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.store.CacheRecords.CacheRecord;
import dev.jbuild.store.ImageNames.NamedImage;
import dev.jbuild.store.KeptDirectories.Kept;
import dev.jbuild.sys.SyscallException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * What a store takes on the disk, by kinds of things. A file with several links, and a piece that several things need, counts
 * once, for the first kind that needs it; so the kinds add up to what {@code du} says of the whole.
 */
public final class StoreUsage {
    /** Kinds of things, in the order in which they get what is shared. */
    public enum Kind {
        IMAGES("Images"),
        CONTAINERS("Containers"),
        STEPS("Cached steps"),
        DOWNLOADS("Downloads"),
        DERIVED("Derived data"),
        MOUNTS("Cache mounts"),
        REPOSITORIES("Git repositories"),
        UNUSED("Unused"),
        OTHER("Other");

        private final String title;

        Kind(String title) {
            this.title = title;
        }

        @Override
        public String toString() {
            return title;
        }

        private static Kind of(CacheType type) {
            return switch (type) {
                case REGULAR, SOURCE_LOCAL -> STEPS;
                case SOURCE_HTTP -> DOWNLOADS;
                case INTERNAL -> DERIVED;
                case CACHE_MOUNT -> MOUNTS;
                case SOURCE_GIT -> REPOSITORIES;
            };
        }
    }

    /**
     * One kind.
     *
     * @param things how many there are
     * @param logical bytes if each thing had a copy of all that it needs
     * @param shared bytes of {@code physical} that several things need
     * @param physical bytes on the disk
     * @param reclaimable bytes of {@code physical} that pruning all frees: the cache, and images without a name
     */
    public record Row(Kind kind, int things, long logical, long shared, long physical, long reclaimable) {
        private Row plus(int moreThings, long moreLogical, long moreShared, long morePhysical, long moreReclaimable) {
            return new Row(
                    kind,
                    things + moreThings,
                    logical + moreLogical,
                    shared + moreShared,
                    physical + morePhysical,
                    reclaimable + moreReclaimable);
        }
    }

    private final StoreLayout layout;
    private final DiskUsage usage = new DiskUsage();
    private final Map<Kind, Row> rows = new EnumMap<>(Kind.class);

    private StoreUsage(StoreLayout layout) {
        this.layout = layout;
        for (Kind kind : Kind.values()) {
            rows.put(kind, new Row(kind, 0, 0, 0, 0, 0));
        }
    }

    /** A blob or layer and who needs it. */
    private record Piece(Path path, Set<String> images, List<CacheRecord> records, boolean remembered) {
        int users() {
            return images.size() + records.size();
        }

        Kind kind() {
            if (!images.isEmpty() || remembered) {
                return Kind.IMAGES;
            }
            return records.stream()
                    .map(entry -> Kind.of(entry.about().type()))
                    .min(Kind::compareTo)
                    .orElse(Kind.UNUSED);
        }
    }

    static List<Row> of(
            StoreLayout layout,
            List<NamedImage> names,
            List<CacheRecord> records,
            List<Path> layerHomes,
            FileBlobs blobs,
            Predicate<Path> ended)
            throws IOException, JbuildException {
        StoreUsage made = new StoreUsage(layout);
        HeldImages held = new HeldImages(layout.containers());
        References references = References.of(held.with(names), records, blobs);
        List<Piece> pieces = new ArrayList<>();
        for (FileBlobs.Lying blob : FileBlobs.list(layout)) {
            if (blob.digest().isPresent()) {
                pieces.add(piece(blob.file(), blob.digest().get(), references));
            }
        }
        for (Path home : layerHomes) {
            pieces.add(piece(home, references));
        }
        pieces.sort(Comparator.comparing(Piece::kind));
        made.add(Kind.IMAGES, names.size());
        for (CacheRecord entry : records) {
            made.add(Kind.of(entry.about().type()), 1);
        }
        for (Piece piece : pieces) {
            made.add(piece);
        }
        for (Path container : held.directories()) {
            made.add(container, ended.test(container));
        }
        made.add(Kind.MOUNTS, KeptDirectories.list(layout.cacheMounts()));
        made.add(Kind.REPOSITORIES, KeptDirectories.list(layout.repositories()));
        made.add(Kind.DERIVED, KeptDirectories.files(layout.contexts(), ""));
        made.addRest();
        return List.copyOf(made.rows.values());
    }

    private static Piece piece(Path file, Digest digest, References references) {
        return new Piece(
                file,
                references.blob(digest).map(References.BlobUse::images).orElse(Set.of()),
                references.cachedBlobs().getOrDefault(digest, List.of()),
                references.imagesNeed(digest));
    }

    private static Piece piece(Path home, References references) {
        try {
            DiffId diffId =
                    LayerIndexFile.readSummary(home.resolve(DiskLayers.INDEX)).diffId();
            return new Piece(
                    home,
                    references.layer(diffId).map(References.LayerUse::images).orElse(Set.of()),
                    references.cachedLayers().getOrDefault(diffId, List.of()),
                    references.imagesNeed(diffId));
        } catch (IOException e) {
            // Unreadable, so of no use to anybody.
            return new Piece(home, Set.of(), List.of(), false);
        }
    }

    private void add(Kind kind, int things) {
        rows.computeIfPresent(kind, (same, row) -> row.plus(things, 0, 0, 0, 0));
    }

    private void add(Piece piece) throws JbuildException {
        Kind kind = piece.kind();
        long bytes = measured(piece.path());
        boolean unnamed = !piece.images().isEmpty() && piece.images().stream().allMatch(ImageNames::isId);
        boolean reclaimable = kind != Kind.IMAGES || unnamed;
        int things = kind == Kind.UNUSED ? 1 : 0;
        rows.computeIfPresent(
                kind,
                (same, row) -> row.plus(
                        things,
                        bytes * Math.max(1, piece.users()),
                        piece.users() > 1 ? bytes : 0,
                        bytes,
                        reclaimable ? bytes : 0));
    }

    private void add(Path container, boolean reclaimable) throws JbuildException {
        long bytes = measured(container);
        rows.computeIfPresent(Kind.CONTAINERS, (same, row) -> row.plus(1, bytes, 0, bytes, reclaimable ? bytes : 0));
    }

    private void add(Kind kind, List<Kept> directories) throws IOException, JbuildException {
        for (Kept kept : directories) {
            long bytes = measured(kept.path());
            long reclaimable = kept.isInUse() ? 0 : bytes;
            rows.computeIfPresent(kind, (same, row) -> row.plus(1, bytes, 0, bytes, reclaimable));
        }
    }

    /** The database, names, locks, what is in the making, and the directories of all of them. */
    private void addRest() throws JbuildException {
        long sum = rows.values().stream().mapToLong(Row::physical).sum();
        try {
            long rest = Math.max(0, new DiskUsage().add(layout.root()).disk() - sum);
            rows.computeIfPresent(Kind.OTHER, (same, row) -> row.plus(0, rest, 0, rest, 0));
        } catch (SyscallException e) {
            throw StorageError.of("can't measure the store at " + layout.root(), e);
        }
    }

    private long measured(Path path) throws JbuildException {
        try {
            return usage.add(path).disk();
        } catch (SyscallException e) {
            throw StorageError.of("can't measure " + path, e);
        }
    }
}
