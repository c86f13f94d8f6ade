package dev.jbuild.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What COPY makes has no directory as long as no process sees it. */
@CalledInProcess
class PackedCopyIT extends EndToEnd {
    private static final int FILES = 300;

    @BeforeEach
    void context() {
        jbuild.withBusybox();
        for (int i = 0; i < FILES; i++) {
            write("context/app/d" + i % 7 + "/f" + i, ("file " + i + "\n").repeat(300));
        }
        write("context/Buildfile", "FROM busybox\nCOPY app /app\n");
    }

    private List<Path> in(String directory) throws IOException {
        Path path = jbuild.root().resolve(directory);
        if (!Files.exists(path)) {
            return List.of();
        }
        try (Stream<Path> all = Files.list(path)) {
            return all.toList();
        }
    }

    private void build(String tag) {
        jbuild.run("build", "-t", tag, "context").succeeded();
    }

    private void edit(int version) {
        write("context/app/d0/f" + 7 * version, "version " + version + "\n");
    }

    @Test
    void noDirectoryIsMadeAndAnEditKeepsLittle() throws Exception {
        build("one");
        int before = in("layers").size();
        long whole = in("blobs/sha256").stream()
                .mapToLong(file -> file.toFile().length())
                .sum();
        for (int version = 1; version < 5; version++) {
            edit(version);
            build("v" + version);
        }
        assertThat(in("layers")).hasSize(before);
        // A tar and its index each.
        assertThat(in("deltas/sha256"))
                .hasSize(8)
                .allSatisfy(file -> assertThat(Files.size(file)).isLessThan(whole / 20));
        jbuild.run("store", "verify").succeeded();

        assertThat(jbuild.run("run", "--rm", "v3", "sh", "-c", "cat /app/d0/f21; find /app -type f | wc -l")
                        .succeeded()
                        .out())
                .isEqualTo("version 3\n" + FILES + "\n");
        assertThat(jbuild.run("cat", "v4:/app/d0/f14").succeeded().out()).isEqualTo("version 2\n");
    }

    @Test
    void aStepUponItSeesItsFiles() throws Exception {
        build("one");
        edit(1);
        build("two");
        write("context/Buildfile", "FROM busybox\nCOPY app /app\nRUN find /app -type f | wc -l > /count\n");
        build("three");
        assertThat(jbuild.run("cat", "three:/count").succeeded().out()).isEqualTo(FILES + "\n");
        write("next/Buildfile", "FROM two\nRUN cat /app/d0/f7 > /copy\n");
        jbuild.run("build", "-t", "four", "next").succeeded();
        assertThat(jbuild.run("cat", "four:/copy").succeeded().out()).isEqualTo("version 1\n");
    }

    private long stored() throws IOException {
        return Stream.concat(in("blobs/sha256").stream(), in("deltas/sha256").stream())
                .mapToLong(file -> file.toFile().length())
                .sum();
    }

    @Test
    void anotherProjectKeepsTheSameFilesNoSecondTime() throws Exception {
        String model = "the same in both\n".repeat(60_000);
        write("context/app/model", model);
        build("one");
        write("other/deps/lib/model-2", model);
        write("other/deps/lib/more", "more\n");
        write("other/Buildfile", "FROM scratch\nCOPY deps /opt\n");
        long before = stored();
        jbuild.run("build", "-t", "other", "other").succeeded();
        assertThat(stored() - before).isLessThan(model.length() / 20);
        jbuild.run("rmi", "one").succeeded();
        jbuild.run("prune", "--all", "--force").succeeded();
        assertThat(jbuild.run("cat", "other:/opt/lib/model-2").succeeded().out())
                .isEqualTo(model);
    }

    @Test
    void imagesOutliveThoseThatTheyShareBytesWith() throws Exception {
        build("one");
        edit(1);
        build("two");
        jbuild.run("rmi", "one").succeeded();
        jbuild.run("prune", "--all", "--force").succeeded();
        jbuild.run("store", "verify").succeeded();
        jbuild.run("save", "-o", "two.tar", "two").succeeded();
        Program other = program("other");
        other.run("load", "-i", "two.tar").succeeded();
        assertThat(other.run("cat", "two:/app/d0/f7").succeeded().out()).isEqualTo("version 1\n");
        assertThat(other.run("cat", "two:/app/d1/f1").succeeded().out()).isEqualTo("file 1\n".repeat(300));

        jbuild.run("rmi", "two").succeeded();
        jbuild.run("prune", "--all", "--force").succeeded();
        assertThat(in("deltas/sha256")).isEmpty();
    }

    @Test
    void otherFormsAreMadeOfTheTar() throws Exception {
        build("one");
        String output = "type=oci,dest=old.tar,rewrite-timestamp=true";
        jbuild.run("build", "--build-arg", "SOURCE_DATE_EPOCH=1000", "-o", output, "context")
                .succeeded();
        assertThat(jbuild.run("ls", "-l", "./old.tar:/app/d0/f7").succeeded().out())
                .contains("1970");
        jbuild.run("build", "-o", "type=local,dest=files", "context").succeeded();
        assertThat(work().resolve("files/app/d1/f1")).hasContent("file 1\n".repeat(300));
    }

    @Test
    void otherStagesReadAndMountWhatWasCopied() throws Exception {
        write("context/Buildfile", """
                FROM scratch AS packed
                COPY app /app
                FROM busybox AS mounting
                RUN --mount=from=packed,target=/m cp /m/app/d0/f7 /mounted
                FROM busybox
                COPY --from=packed /app/d1/f1 /copied
                COPY --from=mounting /mounted /
                """);
        build("all");
        assertThat(jbuild.run("cat", "all:/copied").succeeded().out()).isEqualTo("file 1\n".repeat(300));
        assertThat(jbuild.run("cat", "all:/mounted").succeeded().out()).isEqualTo("file 7\n".repeat(300));
    }
}
