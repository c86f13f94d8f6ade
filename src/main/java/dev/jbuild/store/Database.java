package dev.jbuild.store;

import dev.jbuild.problem.EnvironmentError;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.problem.StoreCorrupted;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.sqlite.JDBC;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/** The SQLite file, opened by the first use: names and cache records. One connection, used by one thread at a time. */
final class Database implements AutoCloseable {
    private static final int VERSION = 3;
    private static final int BUSY_MILLIS = 30_000;
    /** What goes wrong where the memory that processes share can't be had. */
    private static final Set<SQLiteErrorCode> SHARING = Set.of(
            SQLiteErrorCode.SQLITE_IOERR_SHMOPEN,
            SQLiteErrorCode.SQLITE_IOERR_SHMSIZE,
            SQLiteErrorCode.SQLITE_IOERR_SHMMAP);

    private final Path file;
    private final NameFiles nameFiles;
    private @Nullable Connection connection;
    /** What the connection was told last. */
    private String synchronous = "";

    /** The database of a store; if there is none, it is made, with the names that the files of the store record. */
    Database(StoreLayout layout) {
        this.file = layout.database();
        this.nameFiles = new NameFiles(layout);
    }

    /** Loads what any connection needs, which takes longer than opening one does afterwards. */
    static void prepare() throws SQLException {
        try (Connection nowhere = new JDBC().connect("jdbc:sqlite::memory:", new Properties())) {
            if (nowhere != null) {
                version(nowhere);
            }
        }
    }

    /** What to do with a connection. */
    interface Work<T> {
        T with(Connection connection) throws SQLException;
    }

    /** Gives a statement its values. */
    interface Binding {
        void bind(PreparedStatement statement) throws SQLException;
    }

    /** Does something in one go; what it writes is safe from crashes of the process. */
    synchronized <T> T run(Work<T> work) throws JbuildException {
        try {
            Connection open = connection;
            if (open == null) {
                open = open();
                connection = open;
            }
            return work.with(open);
        } catch (SQLException e) {
            throw problem(e);
        }
    }

    /** Writes, safe from crashes of the machine too if {@code durable}. Returns how many rows changed. */
    int update(boolean durable, String sql, Binding binding) throws JbuildException {
        return run(open -> {
            setSynchronous(open, durable ? "FULL" : "NORMAL");
            try (PreparedStatement statement = open.prepareStatement(sql)) {
                binding.bind(statement);
                return statement.executeUpdate();
            }
        });
    }

    /** Gives a statement the values of a row. */
    interface RowBinding<T> {
        void bind(T row, PreparedStatement statement) throws SQLException;
    }

    /** Writes many rows, all or none of them. Returns how many changed. */
    <T> int write(boolean durable, Collection<T> rows, String sql, RowBinding<T> binding) throws JbuildException {
        return run(open -> {
            setSynchronous(open, durable ? "FULL" : "NORMAL");
            execute(open, "BEGIN IMMEDIATE");
            try (PreparedStatement statement = open.prepareStatement(sql)) {
                int changed = 0;
                for (T row : rows) {
                    binding.bind(row, statement);
                    changed += statement.executeUpdate();
                }
                execute(open, "COMMIT");
                return changed;
            } catch (SQLException e) {
                rollBack(open, e);
                throw e;
            }
        });
    }

    /** After some failures, as on a full disk, SQLite has done so by itself. */
    private static void rollBack(Connection open, SQLException why) {
        try {
            execute(open, "ROLLBACK");
        } catch (SQLException e) {
            why.addSuppressed(e);
        }
    }

    private void setSynchronous(Connection open, String wanted) throws SQLException {
        if (!synchronous.equals(wanted)) {
            execute(open, "PRAGMA synchronous=" + wanted);
            synchronous = wanted;
        }
    }

    /** On a full disk there is no space for the memory that processes share, but none is needed by who is alone. */
    private Connection open() throws SQLException, JbuildException {
        try {
            return open("NORMAL");
        } catch (SQLiteException e) {
            if (!SHARING.contains(e.getResultCode())) {
                throw e;
            }
            return open("EXCLUSIVE");
        }
    }

    private Connection open(String locking) throws SQLException, JbuildException {
        Properties properties = new Properties();
        properties.setProperty("locking_mode", locking);
        properties.setProperty("busy_timeout", Integer.toString(BUSY_MILLIS));
        // Not through DriverManager, which would load every driver there is.
        Connection opened = new JDBC().connect("jdbc:sqlite:" + file, properties);
        if (opened == null) {
            throw new SQLException("no connection to " + file);
        }
        try {
            int version = version(opened);
            if (version < VERSION) {
                bringUpToDate(opened);
            } else if (version > VERSION) {
                throw new EnvironmentError(
                        "the database " + file + " has version " + version + ", but this jbuild knows only up to "
                                + VERSION,
                        "use the newer jbuild that made it, or another store with --root");
            }
            return opened;
        } catch (SQLException | JbuildException e) {
            opened.close();
            throw e;
        }
    }

    private static int version(Connection opened) throws SQLException {
        try (Statement statement = opened.createStatement();
                ResultSet row = statement.executeQuery("PRAGMA user_version")) {
            return row.next() ? row.getInt(1) : 0;
        }
    }

    /** Makes the tables, or gives those of an older version what they lack. */
    private void bringUpToDate(Connection opened) throws SQLException {
        useWriteAheadLog(opened);
        execute(opened, "BEGIN IMMEDIATE");
        try {
            // Another process may have been as quick.
            int version = version(opened);
            if (version == 0) {
                execute(
                        opened,
                        "CREATE TABLE names (name TEXT PRIMARY KEY, media_type TEXT NOT NULL, digest TEXT NOT NULL,"
                                + " size INTEGER NOT NULL, more BLOB, since INTEGER NOT NULL) WITHOUT ROWID");
                execute(
                        opened,
                        "CREATE TABLE records (key TEXT PRIMARY KEY, body TEXT NOT NULL, layers TEXT NOT NULL,"
                                + " blobs TEXT NOT NULL, stored INTEGER NOT NULL) WITHOUT ROWID");
            }
            if (version < 2) {
                execute(opened, "ALTER TABLE names ADD COLUMN reach TEXT NOT NULL DEFAULT ''");
            }
            if (version < 3) {
                addVersion3(opened);
            }
            if (version == 0) {
                NameTable.restore(opened, nameFiles);
            }
            if (version < VERSION) {
                execute(opened, "PRAGMA user_version=" + VERSION);
            }
            execute(opened, "COMMIT");
        } catch (SQLException e) {
            rollBack(opened, e);
            throw e;
        }
    }

    /** What collections choose by, and what they did. What older records are, their bodies show. */
    private static void addVersion3(Connection opened) throws SQLException {
        execute(opened, "ALTER TABLE records ADD COLUMN type TEXT NOT NULL DEFAULT 'internal'");
        execute(opened, "ALTER TABLE records ADD COLUMN description TEXT NOT NULL DEFAULT ''");
        execute(opened, "ALTER TABLE records ADD COLUMN cost INTEGER NOT NULL DEFAULT 0");
        execute(opened, "ALTER TABLE records ADD COLUMN used INTEGER NOT NULL DEFAULT 0");
        execute(opened, "ALTER TABLE records ADD COLUMN hits INTEGER NOT NULL DEFAULT 0");
        execute(
                opened,
                "UPDATE records SET used = stored, type = CASE WHEN body LIKE '%\"preimage\":%' THEN 'regular'"
                        + " WHEN body LIKE '{\"url\":%' THEN 'source.http' ELSE 'internal' END");
        execute(
                opened,
                "CREATE TABLE collected (number INTEGER PRIMARY KEY, at INTEGER NOT NULL, cause TEXT NOT NULL,"
                        + " kind TEXT NOT NULL, id TEXT NOT NULL, description TEXT NOT NULL, reason TEXT NOT NULL,"
                        + " bytes INTEGER NOT NULL)");
        execute(opened, "CREATE INDEX collected_id ON collected (id)");
        execute(
                opened,
                "CREATE TABLE sizes (path TEXT PRIMARY KEY, stamp TEXT NOT NULL, bytes INTEGER NOT NULL)"
                        + " WITHOUT ROWID");
    }

    /** Kept in the file. SQLite doesn't wait for others here, so this does. */
    private static void useWriteAheadLog(Connection opened) throws SQLException {
        for (int attempt = 0; ; attempt++) {
            try {
                execute(opened, "PRAGMA journal_mode=WAL");
                return;
            } catch (SQLiteException e) {
                if (attempt == 200 || !isBusy(e)) {
                    throw e;
                }
                pause();
            }
        }
    }

    private static boolean isBusy(SQLiteException e) {
        return (e.getResultCode().code & 0xff) == SQLiteErrorCode.SQLITE_BUSY.code
                || (e.getResultCode().code & 0xff) == SQLiteErrorCode.SQLITE_LOCKED.code;
    }

    private static void pause() throws SQLException {
        try {
            Thread.sleep(20);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SQLException("interrupted while waiting for another process", e);
        }
    }

    static void execute(Connection open, String sql) throws SQLException {
        try (Statement statement = open.createStatement()) {
            statement.execute(sql);
        }
    }

    private JbuildException problem(SQLException e) {
        SQLiteErrorCode code =
                e instanceof SQLiteException known ? known.getResultCode() : SQLiteErrorCode.SQLITE_ERROR;
        return switch (SQLiteErrorCode.getErrorCode(code.code & 0xff)) {
            case SQLITE_FULL ->
                new EnvironmentError(
                        "no space left to write the database " + file,
                        e,
                        "free some space, or let `jbuild prune` delete what nothing uses");
            case SQLITE_CANTOPEN ->
                new EnvironmentError(
                        "can't open the database " + file + ": " + e.getMessage(),
                        e,
                        "use a store of your own with --root or JBUILD_ROOT, or run as its owner",
                        "if it is yours, its disk may be full or failing: `df` and `dmesg` tell");
            case SQLITE_READONLY, SQLITE_PERM, SQLITE_AUTH ->
                new EnvironmentError(
                        "can't write the database " + file + ": " + e.getMessage(),
                        e,
                        "use a store of your own with --root or JBUILD_ROOT, or run as its owner",
                        "if it is yours, its disk may be failing: `dmesg` tells");
            case SQLITE_CORRUPT, SQLITE_NOTADB ->
                new StoreCorrupted(
                        "the database " + file + " is damaged",
                        e,
                        "`jbuild store verify --repair` makes it anew from the files: only the build cache is lost",
                        "if that comes back, its disk is failing: `dmesg` tells");
            case SQLITE_IOERR ->
                new EnvironmentError(
                        "can't use the database " + file + ": " + e.getMessage(),
                        e,
                        "is its file system full, or its disk failing? `df` and `dmesg` tell");
            default -> new EnvironmentError("can't use the database " + file + ": " + e.getMessage(), e);
        };
    }

    /** What SQLite finds wrong in the file; nothing if it is sound. */
    Optional<String> damage() throws JbuildException {
        try {
            return run(open -> {
                try (Statement statement = open.createStatement();
                        ResultSet row = statement.executeQuery("PRAGMA integrity_check(1)")) {
                    String said = row.next() ? row.getString(1) : "";
                    return said.equals("ok") ? Optional.<String>empty() : Optional.of(said);
                }
            });
        } catch (StoreCorrupted e) {
            return Optional.of(e.what());
        }
    }

    /** Moves the file away; the next use makes a new one. Returns where it is now. */
    synchronized Path setAside() throws IOException {
        close();
        Path aside = file.resolveSibling(file.getFileName() + ".damaged");
        for (int i = 2; Files.exists(aside); i++) {
            aside = file.resolveSibling(file.getFileName() + ".damaged" + i);
        }
        Files.move(file, aside);
        // With them, more of it can be read than without.
        for (String suffix : List.of("-wal", "-shm")) {
            Path beside = file.resolveSibling(file.getFileName() + suffix);
            if (Files.exists(beside)) {
                Files.move(beside, aside.resolveSibling(aside.getFileName() + suffix));
            }
        }
        return aside;
    }

    @Override
    public synchronized void close() {
        if (connection != null) {
            try {
                connection.close();
            } catch (SQLException e) {
                // All that was written is committed.
            }
            connection = null;
            synchronous = "";
        }
    }
}
