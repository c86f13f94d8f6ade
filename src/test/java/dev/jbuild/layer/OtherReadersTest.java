package dev.jbuild.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jbuild.oci.Digest;
import dev.jbuild.sys.HostPaths;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What independent programs make of our archives, and that a stored layer's tar can be made again. */
class OtherReadersTest {
    private static final String LONG = "directory/" + "n".repeat(200);
    private static final String BYTES = "directory/caf\u00e9";

    @TempDir
    Path directory;

    private LayerIndex index = LayerIndex.EMPTY;
    private Path tar = Path.of("");

    @BeforeEach
    void write() throws IOException {
        index = LayerIndex.of(List.of(
                LayerEntries.directory("directory"),
                LayerEntries.file(BYTES, "bytes"),
                LayerEntries.hardLink("directory/link", owned()),
                LayerEntries.file(LONG, "long"),
                LayerEntries.symlink("directory/symlink", "t".repeat(120)),
                owned()));
        tar = directory.resolve("layer.tar");
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (LayerTarWriter writer = new LayerTarWriter(bytes)) {
            for (LayerEntry entry : index.entries()) {
                writer.add(entry, new ByteArrayInputStream(content(entry)));
            }
        }
        Files.write(tar, bytes.toByteArray());
    }

    /** The first name of the hard link: of a large ID, with an attribute. */
    private static LayerEntry owned() {
        TreeMap<String, String> xattrs = new TreeMap<>();
        xattrs.put("user.key", "v\u00e9\n");
        return new LayerEntry(
                LayerEntries.latin1("directory/a"),
                EntryType.FILE,
                04755,
                3_000_000_000L,
                7,
                5,
                -5,
                "",
                0,
                0,
                xattrs,
                Optional.of(Digest.sha256("owned".getBytes(StandardCharsets.US_ASCII))),
                Optional.empty(),
                false);
    }

    private static byte[] content(LayerEntry entry) {
        String text = entry.path().equals(owned().path())
                ? "owned"
                : entry.path().equals(LayerEntries.latin1(LONG)) ? "long" : "bytes";
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    @Test
    void pythonReadsAll() throws Exception {
        String program = "import sys, tarfile\n"
                + "for m in tarfile.open(sys.argv[1], encoding='utf-8', errors='surrogateescape'):\n"
                + "  print(ascii(m.name), m.type.decode(), oct(m.mode), m.uid, m.gid, m.size, m.mtime,"
                + " len(m.linkname), sorted(m.pax_headers))\n";
        List<String> lines = run("python3", "-c", program, tar.toString());
        assertThat(lines)
                .containsExactly(
                        "'directory' 5 0o755 0 0 0 1600000000 0 []",
                        "'directory/a' 0 0o4755 3000000000 7 5 -5.0 0 ['SCHILY.xattr.user.key', 'mtime', 'uid']",
                        "'directory/caf\\udce9' 0 0o644 0 0 5 1600000000 0 ['path']",
                        "'directory/link' 1 0o4755 0 0 0 1600000000 11 []",
                        "'directory/" + "n".repeat(200) + "' 0 0o644 0 0 4 1600000000 0 ['path']",
                        "'directory/symlink' 2 0o777 0 0 0 1600000000 120 ['linkpath']");
    }

    @Test
    void gnuTarExtractsAndTheTarCanBeMadeAgain() throws Exception {
        Path out = Files.createDirectory(directory.resolve("out"));
        run("tar", "--no-same-owner", "-xf", tar.toString(), "-C", out.toString());
        assertThat(HostPaths.resolve(out, LayerEntries.latin1(BYTES))).hasContent("bytes");
        assertThat(out.resolve(LONG)).hasContent("long");
        assertThat(Files.getAttribute(out.resolve("directory/a"), "unix:nlink")).isEqualTo(2);

        ByteArrayOutputStream again = new ByteArrayOutputStream();
        LayerDirectoryTar.write(index, out, again);
        assertThat(again.toByteArray()).isEqualTo(Files.readAllBytes(tar));
    }

    @Test
    void aChangedFileIsNoticedWhenTheTarIsMadeAgain() throws Exception {
        Path out = Files.createDirectory(directory.resolve("out"));
        run("tar", "--no-same-owner", "-xf", tar.toString(), "-C", out.toString());
        for (String other : List.of("", "lon", "longer")) {
            Files.writeString(out.resolve(LONG), other);
            assertThatThrownBy(() -> LayerDirectoryTar.write(index, out, new ByteArrayOutputStream()))
                    .isInstanceOf(IOException.class);
        }
    }

    private static List<String> run(String... command) throws Exception {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output.lines().toList();
    }
}
