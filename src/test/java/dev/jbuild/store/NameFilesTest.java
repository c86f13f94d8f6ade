package dev.jbuild.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jbuild.oci.Descriptor;
import dev.jbuild.oci.Digest;
import dev.jbuild.oci.Manifest;
import dev.jbuild.oci.MediaTypes;
import dev.jbuild.store.CacheRecords.CacheRecord;
import dev.jbuild.store.ImageNames.NamedImage;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Names outlive the database. */
class NameFilesTest {
    @TempDir
    Path directory;

    private Path root() {
        return directory.resolve("store");
    }

    private static Descriptor target(String content) {
        byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
        return new Descriptor(MediaTypes.OCI_MANIFEST, Digest.sha256(bytes), bytes.length);
    }

    private void deleteDatabase() throws Exception {
        try (Stream<Path> files = Files.list(root())) {
            for (Path file : files.toList()) {
                if (String.valueOf(file.getFileName()).startsWith("jbuild.db")) {
                    Files.delete(file);
                }
            }
        }
    }

    @Test
    void aLostDatabaseIsMadeAgainWithItsNames() throws Exception {
        List<NamedImage> before;
        try (Store store = Store.open(root())) {
            store.names().set("example.com/a:1", target("a"));
            store.names().set("example.com/b:1", target("b"));
            store.names().set("example.com/a:1", target("a again"));
            store.names().set("example.com/gone:1", target("gone"));
            assertThat(store.names().remove("example.com/gone:1")).isTrue();
            before = store.names().list();
        }
        deleteDatabase();
        try (Store store = Store.open(root())) {
            assertThat(store.names().list()).isEqualTo(before);
            assertThat(before).extracting(NamedImage::name).containsExactly("example.com/a:1", "example.com/b:1");
        }
    }

    @Test
    void filesThatAreNotWholeOrOfAnotherNameAreNoNames() throws Exception {
        try (Store store = Store.open(root())) {
            store.names().set("example.com/a:1", target("a"));
        }
        Path names = root().resolve("names");
        Path file;
        try (Stream<Path> files = Files.list(names)) {
            file = files.findFirst().orElseThrow();
        }
        Files.writeString(names.resolve("half.json"), Files.readString(file).substring(0, 50));
        Files.copy(file, names.resolve("0".repeat(64) + ".json"));
        deleteDatabase();
        try (Store store = Store.open(root())) {
            assertThat(store.names().list()).extracting(NamedImage::name).containsExactly("example.com/a:1");
        }
    }

    @Test
    void aStoreOfVersion2LearnsWhatItsNamesReach() throws Exception {
        Descriptor manifest;
        try (Store store = Store.open(root())) {
            byte[] bytes = Manifest.of(MediaTypes.OCI_MANIFEST, target("config"), List.of(target("layer")), Map.of())
                    .raw()
                    .bytes();
            manifest = new Descriptor(MediaTypes.OCI_MANIFEST, store.blobs().put(bytes), bytes.length);
            store.names().set("example.com/a:1", manifest);
            store.names().list();
        }
        String url = "jdbc:sqlite:" + root().resolve("jbuild.db");
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement()) {
            statement.execute("ALTER TABLE names DROP COLUMN reach");
            statement.execute("DROP TABLE records");
            statement.execute("DROP TABLE collected");
            statement.execute("DROP TABLE sizes");
            statement.execute("CREATE TABLE records (key TEXT PRIMARY KEY, body TEXT NOT NULL, layers TEXT NOT NULL,"
                    + " blobs TEXT NOT NULL, stored INTEGER NOT NULL) WITHOUT ROWID");
            statement.execute("INSERT INTO records VALUES ('" + target("key").digest()
                    + "', '{\"created\":\"\",\"preimage\":\"\"}', '', '', 7)");
            statement.execute("PRAGMA user_version=1");
        }
        Files.writeString(root().resolve("version"), "2\n");
        try (Store store = Store.open(root())) {
            NamedImage name = store.names().list().get(0);
            assertThat(name.reach().documents()).containsExactly(manifest.digest());
            assertThat(name.reach().blobs())
                    .containsExactlyInAnyOrder(
                            target("config").digest(), target("layer").digest());
            assertThat(store.audit().isRecorded(name)).isTrue();
            CacheRecord before = store.records().find(target("key").digest()).orElseThrow();
            assertThat(before.about().type()).isEqualTo(CacheType.REGULAR);
        }
    }

    @Test
    void aStoreOfVersion1GetsFilesForItsNames() throws Exception {
        try (Store store = Store.open(root())) {
            store.names().set("example.com/a:1", target("a"));
        }
        try (Stream<Path> files = Files.list(root().resolve("names"))) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(root().resolve("names"));
        Files.writeString(root().resolve("version"), "1\n");
        try (Store store = Store.open(root())) {
            assertThat(store.audit().isRecorded(store.names().list().get(0))).isTrue();
        }
        assertThat(root().resolve("version")).hasContent("4");
        deleteDatabase();
        try (Store store = Store.open(root())) {
            assertThat(store.names().list()).extracting(NamedImage::name).containsExactly("example.com/a:1");
        }
    }
}
