package dev.jbuild.store;

import dev.jbuild.problem.JbuildException;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The journal as rows, which are never changed; the oldest go. */
final class JournalTable implements CollectionJournal {
    private static final int MOST = 10_000;
    private static final String COLUMNS = "SELECT at, cause, kind, id, description, reason, bytes FROM collected";

    private final Database database;

    JournalTable(Database database) {
        this.database = database;
    }

    void add(String cause, List<Victim> victims) throws JbuildException {
        long now = System.currentTimeMillis();
        List<Victim> kept = victims.subList(Math.max(0, victims.size() - MOST), victims.size());
        database.write(
                false,
                kept,
                "INSERT INTO collected (at, cause, kind, id, description, reason, bytes) VALUES (?, ?, ?, ?, ?, ?, ?)",
                (victim, statement) -> {
                    statement.setLong(1, now);
                    statement.setString(2, cause);
                    statement.setString(3, victim.kind());
                    statement.setString(4, victim.id());
                    statement.setString(5, victim.description());
                    statement.setString(6, victim.reason());
                    statement.setLong(7, victim.bytes());
                });
        database.update(
                false,
                "DELETE FROM collected WHERE number <= (SELECT max(number) FROM collected) - ?",
                statement -> statement.setInt(1, MOST));
    }

    @Override
    public List<Entry> newest(int most) throws JbuildException {
        return select(" ORDER BY number DESC LIMIT ?", statement -> statement.setInt(1, most));
    }

    @Override
    public Optional<Entry> find(String id) throws JbuildException {
        return select(" WHERE id = ? ORDER BY number DESC LIMIT 1", statement -> statement.setString(1, id)).stream()
                .findFirst();
    }

    private List<Entry> select(String where, Database.Binding binding) throws JbuildException {
        return database.run(open -> {
            List<Entry> entries = new ArrayList<>();
            try (PreparedStatement statement = open.prepareStatement(COLUMNS + where)) {
                binding.bind(statement);
                try (ResultSet row = statement.executeQuery()) {
                    while (row.next()) {
                        Victim victim = new Victim(
                                row.getString(3), row.getString(4), row.getString(5), row.getString(6), row.getLong(7));
                        entries.add(new Entry(Instant.ofEpochMilli(row.getLong(1)), row.getString(2), victim));
                    }
                }
            }
            return entries;
        });
    }
}
