package dev.jbuild.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Whatever is damaged in a store is found, and made again from what is left. */
class StoreVerifyIT extends EndToEnd {
    @BeforeEach
    void twoImages() {
        jbuild.withBusybox();
        write("app/a", "one\n");
        write("Buildfile", """
                FROM busybox
                COPY app /app
                RUN ln /app/a /app/linked && mkfifo /app/pipe && mkdir /app/deep && echo two > /app/deep/b && rm /bin/vi
                """);
        jbuild.run("build", "-q", "-t", "one", ".").succeeded();
        jbuild.run("build", "-q", "-t", "one", "--output", "type=oci,dest=one.tar", ".")
                .succeeded();
        jbuild.run("store", "verify").succeeded();
    }

    private List<Path> files(String below) {
        try (Stream<Path> all = Files.walk(jbuild.root().resolve(below))) {
            return all.filter(file -> Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void flipBit(Path file, Random random) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
        Files.write(file, bytes);
    }

    private String copyOfStore() {
        Path copy = temp.resolve("copy");
        Program.shell("rm -rf '" + copy + "' && cp -a '" + jbuild.root() + "' '" + copy + "'");
        return copy.toString();
    }

    private void putBack(String copy) {
        Program.shell("rm -rf '" + jbuild.root() + "' && cp -a '" + copy + "' '" + jbuild.root() + "'");
    }

    @Test
    void everyFlippedBitAndEveryDeletedFileIsFound() throws IOException {
        String copy = copyOfStore();
        Random random = new Random(1);
        List<String> seen = new ArrayList<>();
        for (int round = 0; round < 12; round++) {
            List<Path> candidates = new ArrayList<>(files("blobs"));
            candidates.addAll(files("layers"));
            candidates.removeIf(file -> file.toFile().length() == 0);
            Path victim = candidates.get(random.nextInt(candidates.size()));
            boolean delete = round % 2 == 0;
            if (delete) {
                Files.delete(victim);
            } else {
                flipBit(victim, random);
            }
            Program.Result found = jbuild.run("store", "verify", "-q");
            String what =
                    (delete ? "deleted " : "flipped a bit of ") + jbuild.root().relativize(victim);
            assertThat(found.status()).as(what).isEqualTo(1);
            assertThat(found.out()).as(what).contains("damaged: ");
            Program.Result repaired = jbuild.run("store", "verify", "--repair", "-q");
            assertThat(repaired.out()).as(what).containsAnyOf("repaired: ", "lost: ");
            if (repaired.status() == 0) {
                jbuild.run("store", "verify", "-q").succeeded();
                jbuild.run("cat", "one:/app/deep/b").succeeded();
            }
            seen.add(what + ": " + repaired.status());
            putBack(copy);
        }
        assertThat(seen).hasSize(12);
    }

    /** Its first bytes say what it is, the next which layer, the last ones are a checksum. */
    @Test
    void noPartOfAnIndexIsTakenForGranted() throws IOException {
        Path index = files("layers").stream()
                .filter(file -> file.endsWith("index"))
                .findFirst()
                .orElseThrow();
        byte[] whole = Files.readAllBytes(index);
        for (int at : new int[] {0, 20, whole.length / 2, whole.length - 1}) {
            byte[] damaged = whole.clone();
            damaged[at] ^= 4;
            Files.write(index, damaged);
            assertThat(jbuild.run("store", "verify", "-q").ended(1).out())
                    .as("byte %d", at)
                    .containsOnlyOnce("damaged: ")
                    .contains("its index is missing or damaged");
            assertThat(jbuild.run("store", "verify", "--repair", "-q")
                            .succeeded()
                            .out())
                    .as("byte %d", at)
                    .contains("its index was made again from its files");
            assertThat(index).hasBinaryContent(whole);
        }
    }

    @Test
    void whatIsLostIsNamedAndBuiltAgain() throws IOException {
        Path file = files("layers").stream()
                .filter(each -> each.endsWith("app/deep/b"))
                .findFirst()
                .orElseThrow();
        Files.writeString(file, "owt\n");
        Program.Result lost = jbuild.run("store", "verify", "--repair");
        assertThat(lost.ended(1).out())
                .contains("lost: layer sha256:", "app/deep/b has another content", "needed by docker.io/library/one");
        jbuild.run("build", "-q", "-t", "one", ".").succeeded();
        assertThat(jbuild.run("cat", "one:/app/deep/b").succeeded().out()).isEqualTo("two\n");
    }

    @Test
    void aDirectoryIsMadeAgainFromTheBlobOfAnArchive() throws IOException {
        Program other = new Program(temp.resolve("other"), work());
        other.run("load", "-i", "one.tar", "--tag", "loaded").succeeded();
        other.run("run", "--rm", "loaded", "true").succeeded();
        Path file;
        try (Stream<Path> all = Files.walk(temp.resolve("other/layers"))) {
            file = all.filter(each -> each.endsWith("app/deep/b")).findFirst().orElseThrow();
        }
        Files.writeString(file, "owt\n");
        assertThat(other.run("store", "verify", "--repair").succeeded().out()).contains("repaired: layer sha256:");
        other.run("store", "verify").succeeded();
        assertThat(Files.readString(file)).isEqualTo("two\n");
    }

    @Test
    void theDatabaseIsMadeAgainWithItsNames() throws IOException {
        String images = jbuild.run("images", "-q").succeeded().out();
        Program.shell("rm '" + jbuild.root() + "'/jbuild.db*");
        assertThat(jbuild.run("images", "-q").succeeded().out()).isEqualTo(images);
        Program.shell("rm -f '" + jbuild.root() + "'/jbuild.db-*");
        Files.write(jbuild.root().resolve("jbuild.db"), new byte[20_000]);
        Files.writeString(jbuild.root().resolve("jbuild.db"), "no database at all ".repeat(1000));
        assertThat(jbuild.run("images").err()).contains("is damaged", "jbuild store verify --repair");
        assertThat(jbuild.run("store", "verify", "--format", "json").ended(1).out())
                .contains("\"what\":\"the database\"");
        jbuild.run("store", "verify", "--repair").succeeded();
        assertThat(jbuild.run("images", "-q").succeeded().out()).isEqualTo(images);
    }

    @Test
    void wordsThatAreNoCommandAreRefused() {
        assertThat(jbuild.run("store").ended(2).err()).contains("needs the name of a command", "verify");
        assertThat(jbuild.run("store", "verfy").ended(2).err()).contains("verfy", "verify");
    }
}
