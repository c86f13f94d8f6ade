package dev.jbuild.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Archives that come to more than the environment allows. */
@Tag("kernel")
class ArchiveSettingsTest {
    private static final int FILES = 20;

    @TempDir
    Path temp;

    private static byte[] tar() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OutputStream gzip = new GZIPOutputStream(bytes);
                TarArchiveOutputStream tar = new TarArchiveOutputStream(gzip)) {
            for (int i = 0; i < FILES; i++) {
                tar.putArchiveEntry(new TarArchiveEntry("f" + i));
                tar.closeArchiveEntry();
            }
        }
        return bytes.toByteArray();
    }

    private TestConsole console(String name, String value) {
        return new TestConsole()
                .in(temp)
                .env("JBUILD_ROOT", temp.resolve("store").toString())
                .env(name, value);
    }

    private void imported(String name, String value, int status, String said) throws IOException {
        TestConsole console = console(name, value).input(tar());
        assertThat(console.run("import", "-", "many")).as(console.err()).isEqualTo(status);
        assertThat(console.err()).contains(said);
    }

    @Test
    void layersAreRefused() throws IOException {
        imported("JBUILD_ARCHIVE_MAX_ENTRIES", "19", 1, "more than 19 files; JBUILD_ARCHIVE_MAX_ENTRIES allows more");
        imported("JBUILD_ARCHIVE_MAX_SIZE", "5000", 1, "longer than 5000 bytes; JBUILD_ARCHIVE_MAX_SIZE allows more");
        imported("JBUILD_ARCHIVE_MAX_ENTRIES", "20", 0, "");
        imported("JBUILD_ARCHIVE_MAX_SIZE", "1MB", 0, "");
        imported("JBUILD_ARCHIVE_MAX_ENTRIES", "0", 2, "JBUILD_ARCHIVE_MAX_ENTRIES: \"0\" is no number above 0");
        imported("JBUILD_ARCHIVE_MAX_SIZE", "much", 2, "JBUILD_ARCHIVE_MAX_SIZE: \"much\" is no amount of space");
    }

    @Test
    void soIsWhatAddUnpacks() throws IOException {
        Path context = Files.createDirectory(temp.resolve("context"));
        Files.write(context.resolve("many.tar.gz"), tar());
        Files.writeString(context.resolve("Buildfile"), "FROM scratch\nADD many.tar.gz /\n");
        TestConsole few = console("JBUILD_ARCHIVE_MAX_ENTRIES", "19");
        assertThat(few.run("build", "context")).isEqualTo(1);
        assertThat(few.err()).contains("more than 19 files; JBUILD_ARCHIVE_MAX_ENTRIES allows more");
        TestConsole enough = console("JBUILD_ARCHIVE_MAX_ENTRIES", "20");
        assertThat(enough.run("build", "context")).as(enough.err()).isZero();
    }
}
