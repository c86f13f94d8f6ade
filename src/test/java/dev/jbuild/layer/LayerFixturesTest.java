package dev.jbuild.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jbuild.layer.TarEntry.Kind;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LayerFixturesTest {
    private static final Path FIXTURES = Path.of("fixtures", "layers");

    private record Read(TarEntry entry, String text) {
        byte[] bytes() {
            return text.getBytes(StandardCharsets.ISO_8859_1);
        }

        String name() {
            return entry.rawName();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "bad-checksum.tar, checksum",
        "pax-huge.tar, extended header of 1099511627776 bytes",
        "pax-nul.tar, a NUL in path",
        "truncated.tar, unexpected end of archive",
        "unknown-type.tar, unknown type Z",
    })
    void whatIsMalformedIsRefused(String file, String why) {
        assertThatThrownBy(() -> read(file))
                .isInstanceOf(MalformedArchive.class)
                .hasMessageContaining(why);
    }

    @ParameterizedTest
    @ValueSource(strings = {"gnu", "pax-0.0", "pax-0.1", "pax-1.0"})
    void holesAreFilled(String form) throws IOException {
        Read file = read("sparse-" + form + ".tar").get(0);
        byte[] expected = new byte[(1 << 20) + 3];
        Arrays.fill(expected, 8192, 8192 + 4096, (byte) 'x');
        System.arraycopy("END".getBytes(StandardCharsets.US_ASCII), 0, expected, 1 << 20, 3);
        assertThat(file.name()).isEqualTo("sparse");
        assertThat(file.entry().size()).isEqualTo(expected.length);
        assertThat(file.bytes()).isEqualTo(expected);
    }

    @Test
    void sparseMapsGoOnInFurtherBlocks() throws IOException {
        Read file = read("sparse-gnu-pieces.tar").get(0);
        byte[] expected = new byte[39 * 16384 + 4096];
        for (int i = 0; i < 40; i++) {
            Arrays.fill(expected, i * 16384, i * 16384 + 4096, (byte) ('A' + i % 26));
        }
        assertThat(file.bytes()).isEqualTo(expected);
    }

    @Test
    void markersAreEntriesLikeOthers() throws IOException {
        assertThat(names("opaque-directory.tar")).containsExactly("d/", "d/.wh..wh..opq", "d/new", ".wh.gone");
    }

    @Test
    void linksMayComeFirst() throws IOException {
        TarEntry link = read("hard-link-to-later.tar").get(0).entry();
        assertThat(link.kind()).isEqualTo(Kind.HARD_LINK);
        assertThat(link.rawLinkName()).isEqualTo("a");
    }

    @ParameterizedTest
    @ValueSource(strings = {"pax-path.tar", "gnu-long-names.tar"})
    void longNamesAreWhole(String file) throws IOException {
        List<Read> entries = read(file);
        String name = "d".repeat(60) + "/" + "f".repeat(120);
        assertThat(entries.get(0).name()).isEqualTo(name);
        assertThat(entries.get(0).text()).isEqualTo("long\n");
        assertThat(entries.get(1).entry().rawLinkName()).isEqualTo("t".repeat(150));
        assertThat(entries.get(2).entry().rawLinkName()).isIn(name, "");
    }

    @Test
    void binaryNumbersAreRead() throws IOException {
        TarEntry entry = read("gnu-long-names.tar").get(2).entry();
        assertThat(entry.uid()).isEqualTo(3_000_000);
        assertThat(entry.gid()).isEqualTo(4_000_000);
    }

    @Test
    void devicesHaveNumbers() throws IOException {
        List<Read> entries = read("device.tar");
        assertThat(entries.stream().map(read -> read.entry().kind()))
                .containsExactly(Kind.CHARACTER_DEVICE, Kind.BLOCK_DEVICE, Kind.FIFO);
        assertThat(entries.get(0).entry().deviceMajor()).isEqualTo(1);
        assertThat(entries.get(0).entry().deviceMinor()).isEqualTo(3);
        assertThat(entries.get(1).entry().gid()).isEqualTo(6);
    }

    @Test
    void namesAreBytes() throws IOException {
        assertThat(names("not-utf-8.tar")).containsExactly("caf\u00e9", "long-" + "x".repeat(120) + "\u00ff");
        assertThat(names("dotdot.tar")).containsExactly("../outside", "a/../../outside", "/absolute");
    }

    @Test
    void xattrsComeInTwoForms() throws IOException {
        TarEntry entry = read("xattrs.tar").get(0).entry();
        assertThat(entry.xattrs())
                .containsOnlyKeys("security.capability", "user.k")
                .containsEntry("user.k", "v1");
        assertThat(entry.xattrs().get("security.capability")).hasSize(20).startsWith("\u0001\0\0\u0002");
    }

    @Test
    void timesMayLieBefore1970() throws IOException {
        TarEntry entry = read("negative-time.tar").get(0).entry();
        assertThat(entry.mtimeSeconds()).isEqualTo(-2);
        assertThat(entry.mtimeNanos()).isEqualTo(500_000_000);
    }

    @Test
    void paxRecordsCountAsPosixSays() throws IOException {
        assertThat(names("pax-odd.tar")).containsExactly("c", "a", "b");
        assertThat(names("global-path.tar")).containsExactly("a");
    }

    @Test
    void theEndIsFoundWhereOthersFindIt() throws IOException {
        assertThat(names("no-end.tar")).containsExactly("a");
        assertThat(names("trailing-garbage.tar")).containsExactly("a");
    }

    @Test
    void v7TellsDirectoriesByTheSlash() throws IOException {
        List<Read> entries = read("v7.tar");
        assertThat(entries.get(0).entry().kind()).isEqualTo(Kind.DIRECTORY);
        assertThat(entries.get(1).entry().kind()).isEqualTo(Kind.FILE);
        assertThat(entries.get(1).text()).isEqualTo("1\n");
    }

    @Test
    void eachFixtureIsExplained() throws IOException {
        String readme = Files.readString(FIXTURES.resolve("README.md"));
        try (Stream<Path> files = Files.list(FIXTURES)) {
            assertThat(files.map(file -> String.valueOf(file.getFileName())).filter(name -> name.endsWith(".tar")))
                    .allSatisfy(name -> assertThat(readme).contains("| `" + name + "` |"));
        }
    }

    @Test
    void noCutIsTakenForTheWhole() throws IOException {
        byte[] whole = Files.readAllBytes(FIXTURES.resolve("pax-path.tar"));
        int entries = read(whole).size();
        for (int length = 1; length < whole.length; length++) {
            byte[] cut = Arrays.copyOf(whole, length);
            try {
                int found = read(cut).size();
                // Without an end marker, only the cut between two entries goes unnoticed.
                assertThat(length % 512).isZero();
                assertThat(found).isLessThanOrEqualTo(entries);
            } catch (MalformedArchive e) {
                assertThat(e).hasMessageContaining("unexpected end");
            }
        }
    }

    private static List<String> names(String file) throws IOException {
        return read(file).stream().map(Read::name).toList();
    }

    private static List<Read> read(String file) throws IOException {
        return read(Files.readAllBytes(FIXTURES.resolve(file)));
    }

    private static List<Read> read(byte[] tar) throws IOException {
        List<Read> entries = new ArrayList<>();
        try (LayerTarReader reader = new LayerTarReader(new ByteArrayInputStream(tar))) {
            for (Optional<TarEntry> next = reader.next(); next.isPresent(); next = reader.next()) {
                entries.add(
                        new Read(next.get(), new String(reader.content().readAllBytes(), StandardCharsets.ISO_8859_1)));
            }
        }
        return entries;
    }
}
