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
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.Test;

/** Images of as many layers as the kernel can stack, and of more. */
@CalledInProcess
class ManyLayersIT extends EndToEnd {
    private static final Platform PLATFORM = new Platform("linux", "amd64");

    private static Descriptor blob(Path layout, String type, byte[] content) throws IOException {
        Digest digest = Digest.sha256(content);
        Files.write(layout.resolve("blobs/sha256/" + digest.hex()), content);
        return new Descriptor(type, digest, content.length);
    }

    /** One in the middle takes away file 7, and the last one that of the one before it. */
    private static Map<String, byte[]> files(int layer, int count) throws IOException {
        if (layer == 0) {
            byte[] busybox = Files.readAllBytes(Path.of("/bin/busybox"));
            return Map.of("bin/sh", busybox, "bin/sleep", busybox);
        }
        Map<String, byte[]> files = new TreeMap<>(Map.of("of/" + layer, text(layer), "last", text(layer)));
        if (layer == count / 2) {
            files.put("of/.wh.7", new byte[0]);
        }
        if (layer == count - 1) {
            files.put("of/.wh." + (layer - 1), new byte[0]);
        }
        return files;
    }

    /** A static busybox, and over it layers that each have a file of their own and write one that all have. */
    private void load(String name, int count) throws IOException {
        Path layout = work().resolve(name);
        Files.createDirectories(layout.resolve("blobs/sha256"));
        Files.writeString(layout.resolve("oci-layout"), "{\"imageLayoutVersion\":\"1.0.0\"}");
        List<Descriptor> layers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            layers.add(blob(layout, MediaTypes.OCI_LAYER, tar(files(i, count))));
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

    /** The files called by a number that an image has, in order, and what stands in the file that all layers write. */
    private String numbers(String image) throws Exception {
        return jbuild.run("run", "--rm", image, "/bin/sh", "-c", "read n < /last; cd /of; echo $n of *")
                .succeeded()
                .out();
    }

    private static String numbers(int last) {
        String files = IntStream.rangeClosed(1, last)
                .mapToObj(String::valueOf)
                .filter(number -> !number.equals("7") && !number.equals(String.valueOf(last - 1)))
                .sorted()
                .collect(Collectors.joining(" "));
        return last + " of " + files + "\n";
    }

    @Test
    void moreThanTheKernelStacksAreRunAndBuiltUponAndCollected() throws Exception {
        load("many", 520);
        assertThat(numbers("many")).isEqualTo(numbers(519));
        write(
                "Buildfile",
                "FROM many AS upon\nRUN [\"/bin/sh\", \"-c\", \"echo 520 > /last; : > /of/520; : > /of/518\"]\n"
                        + "FROM scratch\nCOPY --from=upon /bin /bin\n"
                        + "RUN --mount=type=bind,from=upon,target=/in [\"/bin/sh\", \"-c\", \"echo /in/of/5?? > /said\"]\n");
        jbuild.run("build", "-q", "-t", "more", "--target", "upon", ".").succeeded();
        assertThat(numbers("more"))
                .startsWith("520 of ")
                .contains(" 518 519 52 520 ")
                .doesNotContain(" 7 ");
        jbuild.run("build", "-q", "-t", "said", ".").succeeded();
        assertThat(jbuild.run("cat", "said:/said").succeeded().out()).contains("/in/of/518 /in/of/519 /in/of/520");
        jbuild.run("store", "verify").succeeded();
        // What was made to be mounted is found again, kept for a container that has it mounted, and goes without loss.
        assertThat(mountedAsOne()).isEqualTo(1);
        jbuild.run("run", "-d", "--network=none", "--name", "holder", "more", "/bin/sleep", "1000")
                .succeeded();
        int layers = layers();
        jbuild.run("prune", "-a", "-f").succeeded();
        assertThat(mountedAsOne()).isZero();
        assertThat(jbuild.run("exec", "holder", "/bin/sh", "-c", "echo /of/*5")
                        .succeeded()
                        .out())
                .contains("/of/105 ", "/of/515");
        jbuild.run("rm", "-f", "holder").succeeded();
        assertThat(layers()).isEqualTo(layers);
        jbuild.run("prune", "-f").succeeded();
        assertThat(layers()).isEqualTo(layers - 1);
        jbuild.run("store", "verify").succeeded();
        assertThat(numbers("more")).startsWith("520 of ");
    }

    private long mountedAsOne() throws Exception {
        return jbuild.run("du", "-v")
                .succeeded()
                .out()
                .lines()
                .filter(line -> line.contains("layers as one, to mount"))
                .count();
    }

    private int layers() throws IOException {
        try (Stream<Path> layers = Files.list(temp.resolve("root/layers"))) {
            return (int) layers.count();
        }
    }
}
