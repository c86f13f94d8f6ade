package dev.jbuild.store;

import dev.jbuild.layer.LayerIndexFile;
import dev.jbuild.oci.DiffId;
import dev.jbuild.oci.Digest;
import dev.jbuild.problem.EnvironmentError;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.store.CacheRecords.CacheRecord;
import dev.jbuild.store.ImageNames.NamedImage;
import dev.jbuild.store.KeptDirectories.Kept;
import dev.jbuild.store.Store.Collected;
import dev.jbuild.sys.SyscallException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * One collection: chooses what goes, writes that down, and then deletes what names and the remaining records don't reach, but
 * for what was put or found since the oldest living lease began.
 */
final class Collector {
    /** As much as the clocks of the file system and of the JVM may differ. */
    private static final long SLACK_MILLIS = 2000;

    private final StoreLayout layout;
    private final Workplace workplace;
    private final Database database;
    private final FileBlobs blobs;
    private final DiskLayers layers;
    private final NameTable names;
    private final RecordTable records;
    /** What is younger stays. */
    private long limit;

    private int goneBlobs;
    private int goneLayers;
    private long bytes;

    Collector(
            Workplace workplace,
            Database database,
            FileBlobs blobs,
            DiskLayers layers,
            NameTable names,
            RecordTable records) {
        this.layout = workplace.layout();
        this.workplace = workplace;
        this.database = database;
        this.blobs = blobs;
        this.layers = layers;
        this.names = names;
        this.records = records;
    }

    /** What would go. */
    List<Victim> plan(CollectionRequest request) throws JbuildException {
        try {
            return made(request).victims();
        } catch (IOException e) {
            throw StorageError.of("can't look for what is unused in the store at " + layout.root(), e);
        }
    }

    /** What may go without loss, those first that are used longest ago. */
    List<CacheItem> items() throws JbuildException {
        try {
            List<RecordTable.Kept> kept = records.kept();
            Inventory inventory = inventory(withHeld(names.list()), kept, System.currentTimeMillis());
            List<CacheItem> items = new ArrayList<>();
            for (Inventory.Candidate candidate : inventory.candidates()) {
                items.add(candidate.item());
            }
            inventory.saveSizes();
            items.sort(Comparator.comparing(CacheItem::used));
            return items;
        } catch (IOException e) {
            throw StorageError.of("can't look at what is cached in the store at " + layout.root(), e);
        }
    }

    private List<NamedImage> withHeld(List<NamedImage> named) throws JbuildException {
        return new HeldImages(layout.containers()).with(named);
    }

    private Inventory inventory(List<NamedImage> named, List<RecordTable.Kept> kept, long since)
            throws IOException, JbuildException {
        References references =
                References.of(named, kept.stream().map(RecordTable.Kept::entry).toList(), blobs);
        return Inventory.of(layout, new SizeTable(database, layout), references, kept, layers.homes(), blobs, since);
    }

    Collected collect(CollectionRequest request) throws JbuildException {
        try {
            Owner.sweep(layout.ingest());
            CollectionPlan plan = made(request);
            boolean written = write(request, plan.victims());
            if (!written) {
                // Needs no space, of which there is none: what records hold goes before them.
                sweep(Set.copyOf(plan.records()));
            }
            for (NamedImage name : plan.names()) {
                names.remove(name.name());
            }
            sweep(Set.of());
            int goneDirectories = 0;
            for (Kept directory : plan.directories()) {
                goneDirectories += remove(directory) ? 1 : 0;
            }
            if (!written) {
                new JournalTable(database).add(request.cause(), plan.victims());
            }
            int goneRecords = records.remove(plan.records(), limit);
            if (goneRecords > 0) {
                sweep(Set.of());
            }
            return new Collected(plan.victims(), goneBlobs, goneLayers, goneRecords, goneDirectories, bytes);
        } catch (IOException e) {
            throw StorageError.of("can't collect what is unused in the store at " + layout.root(), e);
        }
    }

    private CollectionPlan made(CollectionRequest request) throws IOException, JbuildException {
        Instant now = Instant.ofEpochMilli(System.currentTimeMillis());
        limit = Owner.oldestLease(layout.ingest())
                .map(oldest -> Math.min(now.toEpochMilli(), oldest.toMillis() - SLACK_MILLIS))
                .orElse(now.toEpochMilli());
        List<RecordTable.Kept> kept = records.kept();
        Map<Boolean, List<NamedImage>> going = names.list().stream()
                .collect(Collectors.partitioningBy(name ->
                        request.names().test(name.name()) && name.since().toEpochMilli() < limit));
        Inventory inventory = inventory(withHeld(going.getOrDefault(false, List.of())), kept, limit);
        long free = Files.getFileStore(layout.root()).getUsableSpace();
        CollectionPlan plan = CollectionPlan.of(inventory, going.getOrDefault(true, List.of()), request, now, free);
        inventory.saveSizes();
        return plan;
    }

    private boolean write(CollectionRequest request, List<Victim> victims) throws JbuildException {
        if (victims.isEmpty()) {
            return true;
        }
        try {
            new JournalTable(database).add(request.cause(), victims);
            return true;
        } catch (EnvironmentError e) {
            // As on a full disk: once more when there is space.
            return false;
        }
    }

    /** @param going the keys of records that don't count any more */
    private void sweep(Set<Digest> going) throws IOException, JbuildException {
        List<CacheRecord> staying = records.all().stream()
                .filter(record -> !going.contains(record.key()))
                .toList();
        References live = References.of(withHeld(names.list()), staying, blobs);
        for (Path home : layers.homes()) {
            Path index = home.resolve(DiskLayers.INDEX);
            if (!isLive(live, home) && isOld(index) && removed(home, index)) {
                goneLayers++;
            }
        }
        sweepBlobs(live);
        for (OriginFiles.Lying origin : OriginFiles.list(layout)) {
            boolean isLive =
                    origin.blob().isPresent() && live.keeps(origin.blob().get());
            if (!isLive && isOld(origin.file())) {
                Files.deleteIfExists(origin.file());
            }
        }
    }

    private void sweepBlobs(References live) throws IOException {
        Set<DiffId> directories = new HashSet<>();
        for (Path home : layers.homes()) {
            diffId(home.resolve(DiskLayers.INDEX)).ifPresent(directories::add);
        }
        List<FileBlobs.Lying> going = new ArrayList<>();
        Set<Path> needed = new HashSet<>();
        for (FileBlobs.Lying blob : FileBlobs.list(layout)) {
            boolean isLive =
                    blob.digest().isEmpty() || isLive(live, blob.digest().get(), directories);
            if (isLive || !isOld(blob.file())) {
                needed.addAll(blobs.needs(blob));
            } else {
                going.add(blob);
            }
        }
        for (FileBlobs.Lying blob : going) {
            if (!needed.contains(blob.file()) && removed(blob.file(), blob.file())) {
                goneBlobs++;
            }
        }
    }

    /** The tar of a layer that has no directory is all that there is of it. */
    private static boolean isLive(References live, Digest blob, Set<DiffId> directories) {
        DiffId layer = new DiffId(blob);
        return live.keeps(blob) || (live.keeps(layer) && !directories.contains(layer));
    }

    private static Optional<DiffId> diffId(Path index) {
        try {
            return Optional.of(LayerIndexFile.readSummary(index).diffId());
        } catch (IOException e) {
            // Unreadable, perhaps for now.
            return Optional.empty();
        }
    }

    private static boolean isLive(References live, Path home) {
        Optional<DiffId> diffId = diffId(home.resolve(DiskLayers.INDEX));
        // What somebody needs is to be mended.
        return diffId.isPresent() ? live.keeps(diffId.get()) : live.keepsLayer(String.valueOf(home.getFileName()));
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
        delete(trash);
        return true;
    }

    private boolean remove(Kept directory) throws IOException {
        Path trash = workplace.owner().fresh(".trash");
        if (!directory.moveTo(trash)) {
            return false;
        }
        delete(trash);
        return true;
    }

    private void delete(Path trash) throws IOException {
        DiskUsage usage = new DiskUsage();
        try {
            bytes += usage.add(trash).disk() - usage.heldElsewhere();
        } catch (SyscallException e) {
            // Then it isn't known how much it was.
        }
        FileTrees.delete(trash);
    }
}
