package dev.jbuild.store;

import dev.jbuild.problem.JbuildException;
import java.nio.file.Path;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * What trees of the store take on disk, measured once and remembered for as long as their stamps stay. For one collection;
 * not safe for use by several threads.
 */
final class SizeTable {
    private final Database database;
    private final StoreLayout layout;
    private final Map<String, Measured> known = new HashMap<>();
    private final Map<String, Measured> added = new HashMap<>();

    private record Measured(String stamp, long bytes) {}

    SizeTable(Database database, StoreLayout layout) throws JbuildException {
        this.database = database;
        this.layout = layout;
        database.run(open -> {
            try (PreparedStatement statement = open.prepareStatement("SELECT path, stamp, bytes FROM sizes");
                    ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    known.put(row.getString(1), new Measured(row.getString(2), row.getLong(3)));
                }
                return known;
            }
        });
    }

    /** Measures a tree. */
    interface Measuring {
        long bytes() throws JbuildException;
    }

    /** @param stamp differs when the tree does */
    long of(Path tree, String stamp, Measuring measuring) throws JbuildException {
        String path = layout.root().relativize(tree).toString();
        Measured before = known.get(path);
        if (before != null && before.stamp().equals(stamp)) {
            return before.bytes();
        }
        Measured now = new Measured(stamp, measuring.bytes());
        known.put(path, now);
        added.put(path, now);
        return now.bytes();
    }

    /** Remembers what was measured, and forgets what is gone; {@code there} are all the trees. */
    void save(Set<Path> there) {
        Set<String> gone = new HashSet<>(known.keySet());
        there.forEach(tree -> gone.remove(layout.root().relativize(tree).toString()));
        try {
            if (!added.isEmpty()) {
                database.write(
                        false, added.entrySet(), "INSERT OR REPLACE INTO sizes VALUES (?, ?, ?)", (size, statement) -> {
                            statement.setString(1, size.getKey());
                            statement.setString(2, size.getValue().stamp());
                            statement.setLong(3, size.getValue().bytes());
                        });
            }
            if (!gone.isEmpty()) {
                database.write(
                        false,
                        gone,
                        "DELETE FROM sizes WHERE path = ?",
                        (path, statement) -> statement.setString(1, path));
            }
        } catch (JbuildException e) {
            // The next one measures again.
        }
    }
}
