package dev.jbuild.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What isn't needed is deleted, and nothing else. */
class PruneIT extends EndToEnd {
    @BeforeEach
    void anImage() {
        jbuild.withBusybox();
        write("Buildfile", """
            FROM busybox
            RUN --mount=type=cache,id=things,target=/c dd if=/dev/zero of=/c/big bs=1k count=64 && echo 1 > /one
            RUN dd if=/dev/urandom of=/two bs=1k count=512
            """);
        jbuild.run("build", "-q", "-t", "it", ".").succeeded();
    }

    @Test
    void whatIsThereToBeDeletedIsSaidFirst() {
        jbuild.run("rmi", "it").succeeded();
        assertThat(jbuild.run("prune", "--dry-run").succeeded().out())
                .doesNotContain("RUN dd")
                .contains("no image and no cached result needs it", "Total reclaimable space: ");
        String plan = jbuild.run("prune", "--all", "--dry-run").succeeded().out();
        assertThat(plan)
                .containsPattern("exec\\.cachemount +[0-9a-f]+-0 +[0-9.]+kB +it was asked for +/things")
                .containsPattern("regular +sha256:[0-9a-f]{12} +5[0-9.]+kB +it was asked for +\\[stage-0 3/3] RUN dd");
        assertThat(jbuild.run("builder", "prune", "-af", "--verbose")
                        .succeeded()
                        .out())
                .contains("RUN dd", "Deleted 1 cached directory, 2 layers", "Total reclaimed space: ");
        assertThat(jbuild.run("prune", "-af", "--format", "json").succeeded().out())
                .isEqualTo("{\"layers\":0,\"blobs\":0,\"records\":0,\"directories\":0,\"bytes\":0}\n");
        jbuild.run("store", "verify").succeeded();
    }

    @Test
    void filtersAndLimitsChooseFromTheCache() {
        String mounts = jbuild.run("buildx", "prune", "-f", "--filter", "type=exec.cachemount")
                .succeeded()
                .out();
        assertThat(mounts).contains("Deleted 1 cached directory", "0 cache records");
        assertThat(jbuild.run("prune", "-f", "--filter", "until=1h").succeeded().out())
                .contains("0 cache records");
        // Of an image's layers nothing becomes free.
        assertThat(jbuild.run("prune", "-f", "--max-used-space", "1kB")
                        .succeeded()
                        .out())
                .contains("0 layers");
        jbuild.run("rmi", "it").succeeded();
        assertThat(jbuild.run("prune", "--max-used-space", "100kB", "--dry-run")
                        .succeeded()
                        .out())
                .contains("the cache takes more than it may, and this is worth least");
        assertThat(jbuild.run("prune", "-f", "--max-used-space", "100kB")
                        .succeeded()
                        .out())
                .contains("1 layer", "1 cache record");
        assertThat(jbuild.run("build", "-t", "it", ".").succeeded().err())
                .contains("3/3] RUN dd")
                .containsOnlyOnce("CACHED");
    }

    @Test
    void imagesWithoutANameGoIfDockersWordsSaySo() {
        write("Buildfile", "FROM busybox\nLABEL a=b\n");
        jbuild.run("build", "-q", ".").succeeded();
        String images = jbuild.run("images", "-q").succeeded().out();
        assertThat(jbuild.run("system", "prune", "--dry-run").succeeded().out()).contains("image ", "it has no name");
        assertThat(jbuild.run("images", "-q").succeeded().out()).isEqualTo(images);
        jbuild.run("system", "prune", "-f", "--volumes").succeeded();
        assertThat(jbuild.run("images", "-q").succeeded().out().lines())
                .hasSize((int) images.lines().count() - 1);
        assertThat(jbuild.run("run", "--rm", "it", "cat", "/one").succeeded().out())
                .isEqualTo("1\n");
    }

    @Test
    void whatTheStoreTakesAddsUp() {
        jbuild.run("tag", "it", "again").succeeded();
        String rows = jbuild.run("system", "df", "--format", "json").succeeded().out();
        long sum = rows.lines()
                .mapToLong(row -> Long.parseLong(row.replaceAll(".*\"Size\":\"([0-9]+)\".*", "$1")))
                .sum();
        // The database's own files may grow by the reading.
        assertThat(sum).isCloseTo(diskUsage(), Offset.offset(100_000L));
        assertThat(rows)
                .contains(
                        "{\"Type\":\"Images\",\"TotalCount\":\"3\"", "\"Type\":\"Cache mounts\",\"TotalCount\":\"1\"");
        assertThat(jbuild.run("du", "-v").succeeded().out())
                .contains("Total ", "CACHE ID", "exec.cachemount", "RUN dd if=/dev/urandom")
                .contains("true");
    }

    private long diskUsage() {
        String said =
                new String(Program.shell("du -s --block-size=1 '" + jbuild.root() + "'"), StandardCharsets.US_ASCII);
        return Long.parseLong(said.substring(0, said.indexOf('\t')));
    }

    @Test
    void whatIsWrongIsRefused() {
        assertThat(jbuild.run("prune", "--all").ended(2).err()).contains("add --force");
        assertThat(jbuild.run("prune", "-f", "--filter", "label=x").ended(2).err())
                .contains("no such field");
        assertThat(jbuild.run("prune", "-f", "--max-used-space", "much")
                        .ended(2)
                        .err())
                .contains("no amount of space");
        assertThat(jbuild.run("prune", "-f", "--keep-duration", "long").ended(2).err())
                .contains("is no duration");
        assertThat(Files.exists(jbuild.root().resolve("cachemounts"))).isTrue();
    }
}
