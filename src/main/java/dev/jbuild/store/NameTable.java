package dev.jbuild.store;

import dev.jbuild.oci.Descriptor;
import dev.jbuild.oci.Digest;
import dev.jbuild.oci.ImageIndex;
import dev.jbuild.oci.MalformedDocument;
import dev.jbuild.oci.MediaTypes;
import dev.jbuild.problem.JbuildException;
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
    private static final String COLUMNS = "SELECT name, media_type, digest, size, more, since FROM names";

    private final Database database;
    private final Durability durability;

    NameTable(Database database, Durability durability) {
        this.database = database;
        this.durability = durability;
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
                        images.add(new NamedImage(row.getString(1), descriptor(row), since));
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
        durability.sync();
        Optional<NamedImage> now = find(name);
        if (now.isPresent() && now.get().target().equals(target)) {
            return;
        }
        database.update(true, "INSERT OR REPLACE INTO names VALUES (?, ?, ?, ?, ?, ?)", statement -> {
            statement.setString(1, name);
            statement.setString(2, target.mediaType());
            statement.setString(3, target.digest().toString());
            statement.setLong(4, target.size());
            statement.setBytes(5, more(target));
            statement.setLong(6, System.currentTimeMillis());
        });
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
        return database.update(true, "DELETE FROM names WHERE name = ?", statement -> statement.setString(1, name)) > 0;
    }
}
