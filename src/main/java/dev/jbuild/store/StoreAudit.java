package dev.jbuild.store;

import dev.jbuild.layer.LayerIndex;
import dev.jbuild.layer.LayerIndexFile;
import dev.jbuild.layer.LayerSummary;
import dev.jbuild.oci.DiffId;
import dev.jbuild.oci.Digest;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.store.CacheRecords.CacheRecord;
import dev.jbuild.store.ImageNames.NamedImage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Everything that is in a store, as it lies there, and the removal of what is damaged. Unlike the other ways into the store
 * it takes nothing for granted. Safe for use by many threads.
 */
public final class StoreAudit {
    private static final int BUFFER = 1 << 16;

    private final StoreLayout layout;
    private final Workplace workplace;
    private final Database database;
    private final FileBlobs blobs;
    private final DiskLayers layers;
    private final NameTable names;
    private final RecordTable records;

    StoreAudit(
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

    /**
     * A file where blobs are; {@code digest} is absent if its name is none.
     *
     * @param shares whether the blob's other bytes are in files of other blobs
     */
    public record BlobFile(Path file, Optional<Digest> digest, boolean shares) {}

    /**
     * A directory where layers are.
     *
     * @param content what its index file says; absent if that is missing or damaged
     */
    public record LayerHome(Path path, Optional<LayerIndexFile.Content> content) {
        /** The diff directory. */
        public Path directory() {
            return path.resolve("fs");
        }
    }

    /** What is wrong with the database file; nothing if it is sound. */
    public Optional<String> databaseDamage() throws JbuildException {
        return database.damage();
    }

    /** Puts the database aside and makes a new one with the names that files record. Returns where the old one is. */
    public Path renewDatabase() throws JbuildException {
        try {
            Path aside = database.setAside();
            names.list();
            return aside;
        } catch (IOException e) {
            throw StorageError.of("can't put the database aside", e);
        }
    }

    /** Whether a file records the name, for a day without the database. */
    public boolean isRecorded(NamedImage name) {
        return names.isRecorded(name);
    }

    public void record(NamedImage name) throws JbuildException {
        names.record(name);
    }

    /** Names that a file records though the database doesn't have them: they would come back if it were lost. */
    public List<String> strayNames() throws JbuildException {
        return names.strays();
    }

    /** Deletes the file of a name. */
    public void forgetName(String name) throws JbuildException {
        names.forget(name);
    }

    /** All files where blobs are, in order. */
    public List<BlobFile> blobs() throws JbuildException {
        try {
            return FileBlobs.list(layout).stream()
                    .map(lying -> new BlobFile(lying.file(), lying.digest(), lying.delta()))
                    .toList();
        } catch (IOException e) {
            throw StorageError.of("can't list the blobs of the store at " + layout.root(), e);
        }
    }

    /** Whether a blob's bytes have its digest, if its name is one. One that was collected meanwhile has. */
    public boolean isSound(BlobFile file) {
        if (file.digest().isEmpty()) {
            return true;
        }
        Digest blob = file.digest().get();
        MessageDigest actual = blob.newMessageDigest();
        try (InputStream in = blobs.openLying(new FileBlobs.Lying(file.file(), file.digest(), file.shares()))) {
            byte[] buffer = new byte[BUFFER];
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                actual.update(buffer, 0, read);
            }
        } catch (IOException e) {
            return !Files.exists(file.file());
        }
        return HexFormat.of().formatHex(actual.digest()).equals(blob.hex());
    }

    /** All directories where layers are, in order. */
    public List<LayerHome> layers() throws JbuildException {
        List<LayerHome> homes = new ArrayList<>();
        for (Path home : entries(layout.layers())) {
            homes.add(home(home));
        }
        return homes;
    }

    /** The directory as it is now. */
    public LayerHome home(Path path) {
        try {
            LayerIndexFile.Content content = LayerIndexFile.read(path.resolve(DiskLayers.INDEX));
            boolean itsPlace = content.summary().diffId().digest().hex().startsWith(String.valueOf(path.getFileName()));
            return new LayerHome(path, itsPlace ? Optional.of(content) : Optional.empty());
        } catch (IOException e) {
            return new LayerHome(path, Optional.empty());
        }
    }

    /** Writes the index file of a layer anew. */
    public void writeIndex(Path home, LayerSummary summary, LayerIndex index) throws JbuildException {
        try {
            Path temporary = workplace.owner().fresh(".index");
            LayerIndexFile.write(temporary, summary, index);
            Workplace.markFresh(temporary);
            Path file = home.resolve(DiskLayers.INDEX);
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
            workplace.durability().published(file);
            layers.forget(summary.diffId());
        } catch (IOException e) {
            throw StorageError.of("can't write the index of the layer " + summary.diffId(), e);
        }
    }

    /** Takes a blob, a layer's directory or whatever else lies there out of the store. */
    public void discard(Path published) throws JbuildException {
        try {
            layers.discard(published);
        } catch (IOException e) {
            throw StorageError.of("can't remove " + published, e);
        }
    }

    /** Takes something out of the store without deleting it. Returns where it is; it goes when the store is closed. */
    public Path setAside(Path published) throws JbuildException {
        try {
            Path aside = workplace.owner().fresh(".aside");
            Files.move(published, aside, StandardCopyOption.ATOMIC_MOVE);
            return aside;
        } catch (IOException e) {
            throw StorageError.of("can't take " + published + " out of the store", e);
        }
    }

    /** Undoes {@link #setAside}. */
    public void putBack(Path aside, Path published) throws JbuildException {
        try {
            Files.move(aside, published, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw StorageError.of("can't put " + published + " back", e);
        }
    }

    /** What names and cache records reach, as far as documents can be read. */
    public References references() throws JbuildException {
        return References.of(new HeldImages(layout.containers()).with(names.list()), records.all(), blobs);
    }

    /** Forgets the records that need a layer. Returns how many these were. */
    public int forgetRecords(DiffId layer) throws JbuildException {
        return forget(entry -> entry.layers().contains(layer));
    }

    /** Forgets the records that need a blob. Returns how many these were. */
    public int forgetRecords(Digest blob) throws JbuildException {
        return forget(entry -> entry.blobs().contains(blob));
    }

    private int forget(Predicate<CacheRecord> which) throws JbuildException {
        int forgotten = 0;
        for (CacheRecord entry : records.all()) {
            if (which.test(entry)) {
                records.remove(entry.key());
                forgotten++;
            }
        }
        return forgotten;
    }

    private static List<Path> entries(Path directory) throws JbuildException {
        List<Path> entries = new ArrayList<>();
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory)) {
            stream.forEach(entries::add);
        } catch (NoSuchFileException e) {
            return List.of();
        } catch (IOException e) {
            throw StorageError.of("can't list " + directory, e);
        }
        entries.sort(null);
        return entries;
    }
}
