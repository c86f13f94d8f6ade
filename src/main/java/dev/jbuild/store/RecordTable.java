package dev.jbuild.store;

import dev.jbuild.oci.DiffId;
import dev.jbuild.oci.Digest;
import dev.jbuild.problem.JbuildException;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Cache records as rows. */
final class RecordTable implements CacheRecords {
    private final Database database;

    RecordTable(Database database) {
        this.database = database;
    }

    @Override
    public Optional<CacheRecord> find(Digest key) throws JbuildException {
        return select(" WHERE key = ?", statement -> statement.setString(1, key.toString())).stream()
                .findFirst();
    }

    List<CacheRecord> all() throws JbuildException {
        return select("", statement -> {});
    }

    private List<CacheRecord> select(String where, Database.Binding binding) throws JbuildException {
        String sql = "SELECT key, body, layers, blobs FROM records" + where;
        return database.run(open -> {
            List<CacheRecord> records = new ArrayList<>();
            try (PreparedStatement statement = open.prepareStatement(sql)) {
                binding.bind(statement);
                try (ResultSet row = statement.executeQuery()) {
                    while (row.next()) {
                        List<DiffId> layers =
                                words(row.getString(3)).map(DiffId::parse).toList();
                        List<Digest> blobs =
                                words(row.getString(4)).map(Digest::parse).toList();
                        records.add(new CacheRecord(Digest.parse(row.getString(1)), row.getString(2), layers, blobs));
                    }
                }
            }
            return records;
        });
    }

    private static Stream<String> words(String text) {
        return Stream.of(text.split(" ")).filter(word -> !word.isEmpty());
    }

    private static String join(List<?> digests) {
        return digests.stream().map(Object::toString).collect(Collectors.joining(" "));
    }

    @Override
    public void put(CacheRecord entry) throws JbuildException {
        database.update(false, "INSERT OR REPLACE INTO records VALUES (?, ?, ?, ?, ?)", statement -> {
            statement.setString(1, entry.key().toString());
            statement.setString(2, entry.body());
            statement.setString(3, join(entry.layers()));
            statement.setString(4, join(entry.blobs()));
            statement.setLong(5, System.currentTimeMillis());
        });
    }

    /** Forgets the records that were put before that time. */
    int removeBefore(long millis) throws JbuildException {
        return database.update(
                false, "DELETE FROM records WHERE stored < ?", statement -> statement.setLong(1, millis));
    }

    void remove(Digest key) throws JbuildException {
        database.update(
                false, "DELETE FROM records WHERE key = ?", statement -> statement.setString(1, key.toString()));
    }
}
