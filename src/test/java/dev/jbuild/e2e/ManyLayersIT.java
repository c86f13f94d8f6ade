package dev.jbuild.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jbuild.oci.Descriptor;
import dev.jbuild.oci.DiffId;
import dev.jbuild.oci.Digest;
import dev.jbuild.oci.ImageConfig;
import dev.jbuild.oci.ImageIndex;
import dev.jbuild.oci.Manifest;
import dev.jbuild.oci.MediaTypes;
import dev.jbuild.oci.Platform;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.Test;

/** Images of as many layers as the kernel can stack, and of more. */
class ManyLayersIT extends EndToEnd {
    private static final Platform PLATFORM = new Platform("linux", "amd64");

    private static Descriptor blob(Path layout, String type, byte[] content) throws IOException {
        Digest digest = Digest.sha256(content);
        Files.write(layout.resolve("blobs/sha256/" + digest.hex()), content);
        return new Descriptor(type, digest, content.length);
    }

    /** A static busybox, and over it layers that each have a file of their own and write one that all have. */
    private void load(String name, int count) throws IOException {
        Path layout = work().resolve(name);
        Files.createDirectories(layout.resolve("blobs/sha256"));
        Files.writeString(layout.resolve("oci-layout"), "{\"imageLayoutVersion\":\"1.0.0\"}");
        List<Descriptor> layers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            byte[] tar = i == 0
                    ? tar(Map.of("bin/sh", Files.readAllBytes(Path.of("/bin/busybox"))))
                    : tar(Map.of("of/" + i, text(i), "last", text(i)));
            layers.add(blob(layout, MediaTypes.OCI_LAYER, tar));
        }
        ImageConfig empty = ImageConfig.empty(PLATFORM);
        ImageConfig config = new ImageConfig(
                PLATFORM,
                empty.created(),
                empty.author(),
                empty.config(),
                layers.stream().map(layer -> new DiffId(layer.digest())).toList(),
                List.of());
        Descriptor described =
                blob(layout, MediaTypes.OCI_CONFIG, config.toJson().bytes());
        Manifest manifest = Manifest.of(MediaTypes.OCI_MANIFEST, described, layers, Map.of());
        blob(layout, MediaTypes.OCI_MANIFEST, manifest.raw().bytes());
        Files.write(
                layout.resolve("index.json"),
                ImageIndex.of(MediaTypes.OCI_INDEX, List.of(manifest.descriptor()), Map.of())
                        .raw()
                        .bytes());
        jbuild.run("load", "-q", "-i", layout.toString(), "-t", name).succeeded();
    }

    private static byte[] text(int number) {
        return (number + "\n").getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] tar(Map<String, byte[]> files) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes)) {
            for (Map.Entry<String, byte[]> file : files.entrySet()) {
                TarArchiveEntry entry = new TarArchiveEntry(file.getKey());
                entry.setSize(file.getValue().length);
                entry.setMode(0755);
                tar.putArchiveEntry(entry);
                tar.write(file.getValue());
                tar.closeArchiveEntry();
            }
        }
        return bytes.toByteArray();
    }

    @Test
    void fourHundredAndNinetyNineAreStacked() throws Exception {
        load("many", 498);
        write("Buildfile", "FROM many\nRUN [\"/bin/sh\", \"-c\", \"read n < /last && echo $n of /of/* > /said\"]\n");
        jbuild.run("build", "-q", "-t", "more", ".").succeeded();
        assertThat(jbuild.run("run", "--rm", "more", "/bin/sh", "-c", "read n < /said && echo $n")
                        .succeeded()
                        .out())
                .startsWith("497 of ")
                .contains(" /of/1 ", " /of/497");
    }

    @Test
    void moreAreRefusedUntilTheyAreSquashed() throws Exception {
        load("many", 501);
        assertThat(jbuild.run("run", "--rm", "many", "/bin/sh", "-c", "true")
                        .ended(125)
                        .err())
                .contains("too many lower directories", "jbuild squash");
        jbuild.run("squash", "--from-layer", "1", "-t", "few", "many").succeeded();
        assertThat(jbuild.run("run", "--rm", "few", "/bin/sh", "-c", "read n < /last && echo $n")
                        .succeeded()
                        .out())
                .isEqualTo("500\n");
    }
}
