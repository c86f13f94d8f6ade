package dev.jbuild.store;

import dev.jbuild.oci.Descriptor;
import dev.jbuild.oci.Digest;
import dev.jbuild.oci.ImageIndex;
import dev.jbuild.oci.MalformedDocument;
import dev.jbuild.oci.MediaTypes;
import dev.jbuild.problem.JbuildException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The names of images as rows. */
final class NameTable implements ImageNames {
    private static final String COLUMNS = "SELECT name, media_type, digest, size, more, since, reach FROM names";
    private static final String INSERT = "INSERT OR REPLACE INTO names VALUES (?, ?, ?, ?, ?, ?, ?)";

    private final Database database;
    private final Workplace workplace;
    private final FileBlobs blobs;
    private final NameFiles files;

    NameTable(Database database, Workplace workplace, FileBlobs blobs) {
        this.database = database;
        this.workplace = workplace;
        this.blobs = blobs;
        this.files = new NameFiles(workplace.layout());
    }

    @Override
    public Optional<NamedImage> find(String name) throws JbuildException {
        List<NamedImage> found = select(COLUMNS + " WHERE name = ?", statement -> statement.setString(1, name));
        return found.stream().findFirst();
    }

    @Override
    public List<NamedImage> list() throws JbuildException {
        return select(COLUMNS + " ORDER BY name", statement -> {});
    }

    private List<NamedImage> select(String sql, Database.Binding binding) throws JbuildException {
        return database.run(open -> {
            List<NamedImage> images = new ArrayList<>();
            try (PreparedStatement statement = open.prepareStatement(sql)) {
                binding.bind(statement);
                try (ResultSet row = statement.executeQuery()) {
                    while (row.next()) {
                        Instant since = Instant.ofEpochMilli(row.getLong(6));
                        images.add(new NamedImage(
                                row.getString(1), descriptor(row), since, Reach.parse(row.getString(7))));
                    }
                }
            }
            return images;
        });
    }

    private static Descriptor descriptor(ResultSet row) throws SQLException {
        byte[] more = row.getBytes(5);
        if (more == null) {
            return new Descriptor(row.getString(2), Digest.parse(row.getString(3)), row.getLong(4));
        }
        try {
            return ImageIndex.parse(more, MediaTypes.OCI_INDEX).manifests().get(0);
        } catch (MalformedDocument e) {
            throw new SQLException("a descriptor in it can't be read", e);
        }
    }

    @Override
    public void set(String name, Descriptor target) throws JbuildException {
        workplace.durability().sync();
        Reach reach = Reach.of(target, blobs);
        Instant since = Instant.ofEpochMilli(System.currentTimeMillis());
        Optional<NamedImage> now = find(name).filter(image -> image.target().equals(target));
        if (now.isPresent()) {
            // As when an index is there and one more of its images came.
            reach = reach.plus(now.get().reach());
            since = now.get().since();
        }
        NamedImage image = new NamedImage(name, target, since, reach);
        if (now.equals(Optional.of(image))) {
            if (!isRecorded(image)) {
                record(image);
            }
            return;
        }
        record(image, () -> database.update(true, INSERT, statement -> bind(image, statement)));
    }

    private static void bind(NamedImage image, PreparedStatement statement) throws SQLException {
        Descriptor target = image.target();
        statement.setString(1, image.name());
        statement.setString(2, target.mediaType());
        statement.setString(3, target.digest().toString());
        statement.setLong(4, target.size());
        statement.setBytes(5, more(target));
        statement.setLong(6, image.since().toEpochMilli());
        statement.setString(7, image.reach().toText());
    }

    /** Writes a name's file. That a crash may lose it only matters if the database is lost too. */
    void record(NamedImage image) throws JbuildException {
        record(image, () -> {});
    }

    private interface RowWriting {
        void run() throws JbuildException;
    }

    /** With its row, which comes first, but not before it is known that there is space for the file. */
    private void record(NamedImage image, RowWriting row) throws JbuildException {
        try {
            Path temporary = workplace.owner().fresh(".name");
            try {
                NameFiles.write(image, temporary);
                row.run();
                files.publish(image.name(), temporary);
            } finally {
                Files.deleteIfExists(temporary);
            }
        } catch (IOException e) {
            throw StorageError.of("can't record the name " + image.name(), e);
        }
    }

    /** Whether the file of a name says what its row does. */
    boolean isRecorded(NamedImage image) {
        return files.find(image.name())
                .filter(file ->
                        file.target().equals(image.target()) && file.reach().equals(image.reach()))
                .isPresent();
    }

    /** Names that have a file but no row: the row is written before the file, and deleted after it. */
    List<String> strays() throws JbuildException {
        List<String> strays = new ArrayList<>();
        try {
            for (NamedImage image : files.all()) {
                if (find(image.name()).isEmpty()) {
                    strays.add(image.name());
                }
            }
        } catch (IOException e) {
            throw StorageError.of("can't list the files of names", e);
        }
        return strays;
    }

    /** Deletes a name's file, and nothing else. */
    void forget(String name) throws JbuildException {
        try {
            files.delete(name);
        } catch (IOException e) {
            throw StorageError.of("can't remove the name " + name, e);
        }
    }

    /** Fills the table of a new database from the files. */
    static void restore(Connection open, NameFiles files) throws SQLException {
        try (PreparedStatement statement = open.prepareStatement(INSERT)) {
            for (NamedImage image : files.all()) {
                bind(image, statement);
                statement.executeUpdate();
            }
        } catch (IOException e) {
            throw new SQLException("the names of images can't be read: " + e.getMessage(), e);
        }
    }

    /** The whole descriptor, if it says more than most do: as the only one of an index, for that is how JSON has it. */
    private static byte @org.jspecify.annotations.Nullable [] more(Descriptor target) {
        boolean plain = target.annotations().isEmpty() && target.platform().isEmpty();
        return plain
                ? null
                : ImageIndex.of(MediaTypes.OCI_INDEX, List.of(target), Map.of())
                        .raw()
                        .bytes();
    }

    @Override
    public boolean remove(String name) throws JbuildException {
        forget(name);
        return database.update(true, "DELETE FROM names WHERE name = ?", statement -> statement.setString(1, name)) > 0;
    }
}
