package dev.jbuild.store;

import dev.jbuild.oci.DiffId;
import dev.jbuild.oci.Digest;
import dev.jbuild.problem.JbuildException;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Cache records as rows. Uses are counted here and written now and then, all at once. */
final class RecordTable implements CacheRecords {
    private static final String COLUMNS =
            "SELECT key, body, layers, blobs, stored, type, description, cost, used, hits" + " FROM records";

    private final Database database;
    private final Map<Digest, Use> uses = new HashMap<>();

    RecordTable(Database database) {
        this.database = database;
    }

    /** Uses that aren't written yet. */
    private record Use(int count, long last) {
        Use plus(Use later) {
            return new Use(count + later.count, Math.max(last, later.last));
        }
    }

    /** A record, and what became of it since it was put. */
    record Kept(CacheRecord entry, Instant stored, Instant used, int hits) {}

    @Override
    public Optional<CacheRecord> find(Digest key) throws JbuildException {
        Optional<CacheRecord> found = peek(key);
        if (found.isPresent()) {
            synchronized (uses) {
                uses.merge(key, new Use(1, System.currentTimeMillis()), Use::plus);
            }
        }
        return found;
    }

    @Override
    public Optional<CacheRecord> peek(Digest key) throws JbuildException {
        return select(" WHERE key = ?", statement -> statement.setString(1, key.toString())).stream()
                .findFirst()
                .map(Kept::entry);
    }

    List<CacheRecord> all() throws JbuildException {
        return kept().stream().map(Kept::entry).toList();
    }

    List<Kept> kept() throws JbuildException {
        return select("", statement -> {});
    }

    private List<Kept> select(String where, Database.Binding binding) throws JbuildException {
        return database.run(open -> {
            List<Kept> records = new ArrayList<>();
            try (PreparedStatement statement = open.prepareStatement(COLUMNS + where)) {
                binding.bind(statement);
                try (ResultSet row = statement.executeQuery()) {
                    while (row.next()) {
                        records.add(kept(row));
                    }
                }
            }
            return records;
        });
    }

    private static Kept kept(ResultSet row) throws SQLException {
        About about = new About(type(row.getString(6)), row.getString(7), Duration.ofMillis(row.getLong(8)));
        CacheRecord entry = new CacheRecord(
                Digest.parse(row.getString(1)),
                row.getString(2),
                words(row.getString(3)).map(DiffId::parse).toList(),
                words(row.getString(4)).map(Digest::parse).toList(),
                about);
        return new Kept(
                entry, Instant.ofEpochMilli(row.getLong(5)), Instant.ofEpochMilli(row.getLong(9)), row.getInt(10));
    }

    private static CacheType type(String word) {
        return Stream.of(CacheType.values())
                .filter(type -> type.toString().equals(word))
                .findFirst()
                .orElse(CacheType.INTERNAL);
    }

    private static Stream<String> words(String text) {
        return Stream.of(text.split(" ")).filter(word -> !word.isEmpty());
    }

    private static String join(List<?> digests) {
        return digests.stream().map(Object::toString).collect(Collectors.joining(" "));
    }

    @Override
    public void put(CacheRecord entry) throws JbuildException {
        long now = System.currentTimeMillis();
        database.update(false, "INSERT OR REPLACE INTO records VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 0)", statement -> {
            statement.setString(1, entry.key().toString());
            statement.setString(2, entry.body());
            statement.setString(3, join(entry.layers()));
            statement.setString(4, join(entry.blobs()));
            statement.setLong(5, now);
            statement.setString(6, entry.about().type().toString());
            statement.setString(7, entry.about().description());
            statement.setLong(8, entry.about().cost().toMillis());
            statement.setLong(9, now);
        });
    }

    /** Writes what was used since the last time, unless others are at the database for long. */
    void flushUses() {
        Map<Digest, Use> used;
        synchronized (uses) {
            used = new HashMap<>(uses);
            uses.clear();
        }
        if (used.isEmpty()) {
            return;
        }
        try {
            database.write(
                    false,
                    used.entrySet(),
                    "UPDATE records SET used = max(used, ?), hits = hits + ? WHERE key = ?",
                    (use, statement) -> {
                        statement.setLong(1, use.getValue().last());
                        statement.setInt(2, use.getValue().count());
                        statement.setString(3, use.getKey().toString());
                    });
        } catch (JbuildException e) {
            // It looks older than it is; nobody's work fails for that.
        }
    }

    /** Forgets records, but for those that were put or used since {@code limit}. Returns how many are gone. */
    int remove(Collection<Digest> keys, long limit) throws JbuildException {
        return database.write(false, keys, "DELETE FROM records WHERE key = ? AND used < ?", (key, statement) -> {
            statement.setString(1, key.toString());
            statement.setLong(2, limit);
        });
    }

    void remove(Digest key) throws JbuildException {
        database.update(
                false, "DELETE FROM records WHERE key = ?", statement -> statement.setString(1, key.toString()));
    }
}
