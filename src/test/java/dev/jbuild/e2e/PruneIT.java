package dev.jbuild.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What isn't needed is deleted, and nothing else. */
@CalledInProcess
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
    void whatAKilledStepLeftOfACacheGoesWithAnyPrune() throws Exception {
        Path left = jbuild.root().resolve("cachemounts").resolve("0123456789abcdef".repeat(2) + "-0.new42");
        Files.createDirectories(left.resolve("sub"));
        jbuild.run("prune", "-f", "--filter", "until=24h").succeeded();
        assertThat(left).doesNotExist();
        assertThat(jbuild.run("cache", "ls").succeeded().out()).contains("things");
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
    void buildsKeepTheCacheWithinItsLimits() throws Exception {
        jbuild.run("rmi", "it").succeeded();
        Thread.sleep(2500);
        jbuild.env("JBUILD_GC_RESERVED_SPACE", "0").env("JBUILD_GC_MIN_FREE_SPACE", "0");
        jbuild.env("JBUILD_GC_MAX_USED_SPACE", "100kB");
        Path stamp = jbuild.root().resolve("gc.lock");
        // One was made just now, so it isn't time for another one.
        build("RUN echo other > /other");
        assertThat(jbuild.run("du", "-v").succeeded().out()).contains("RUN dd if=/dev/urandom");
        Files.setLastModifiedTime(stamp, FileTime.fromMillis(0));
        jbuild.env("JBUILD_GC", "off");
        build("RUN echo one more > /more");
        assertThat(jbuild.run("du", "-v").succeeded().out()).contains("RUN dd if=/dev/urandom");
        jbuild.env("JBUILD_GC", "on");

        build("RUN echo last > /last");

        assertThat(jbuild.run("du", "-v").succeeded().out())
                .doesNotContain("RUN dd if=/dev/urandom")
                .contains("RUN echo last");
        assertThat(stamp)
                .satisfies(file ->
                        assertThat(Files.getLastModifiedTime(file).toMillis()).isPositive());
        jbuild.run("build", ".").succeeded();
        assertThat(jbuild.run("why").succeeded().out()).contains("the limits of the build cache");
        jbuild.env("JBUILD_GC_MAX_USED_SPACE", "much");
        assertThat(jbuild.run("build", ".").ended(2).err()).contains("JBUILD_GC_MAX_USED_SPACE", "no amount of space");
    }

    @Test
    void aFullDiskIsRelievedBeforeAStepIsMade() throws Exception {
        write("big/Buildfile", "FROM busybox\nRUN dd if=/dev/urandom of=/big bs=1M count=3\n");
        jbuild.run("build", "-q", "-t", "big", "big").succeeded();
        jbuild.run("rmi", "big").succeeded();
        // What was made less than two seconds before a build began may be in use by it.
        Thread.sleep(2500);
        jbuild.env("JBUILD_GC_RESERVED_SPACE", "0").env("JBUILD_GC_MIN_FREE_SPACE", "100%");
        Files.setLastModifiedTime(jbuild.root().resolve("gc.lock"), FileTime.fromMillis(0));

        String said = build("RUN echo a > /a\nRUN echo b > /b");

        assertThat(said)
                .containsPattern("[3-9] MB of the build cache were collected: the disk has too little free space");
        assertThat(build("RUN echo a > /a\nRUN echo b > /b").split("CACHED", -1))
                .hasSize(3);
        jbuild.run("store", "verify").succeeded();
    }

    private String build(String steps) {
        write("small/Buildfile", "FROM busybox\n" + steps + "\n");
        return jbuild.run("build", "--progress=plain", "small").succeeded().err();
    }

    /** Whatever others collect while a build runs, it ends well, and all that it named is there. */
    @Test
    void othersMayPruneWhileBuildsRun() throws Exception {
        ExecutorService others = Executors.newFixedThreadPool(3);
        try {
            List<Future<?>> builders = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                String name = "builder" + i;
                write(name + "/file", name);
                write(
                        name + "/Buildfile",
                        "FROM busybox AS one\nCOPY file /\nRUN cat /file > /out\n"
                                + "FROM busybox\nCOPY --from=one /out /\nRUN echo same > /same\n");
                builders.add(others.submit(() -> {
                    for (int round = 0; round < 3; round++) {
                        jbuild.run("build", "-q", "-t", name, name).succeeded();
                    }
                }));
            }
            AtomicBoolean done = new AtomicBoolean();
            Future<Integer> pruning = others.submit(() -> {
                int rounds = 0;
                while (!done.get()) {
                    jbuild.run("prune", "-af").succeeded();
                    rounds++;
                }
                return rounds;
            });
            for (Future<?> builder : builders) {
                builder.get();
            }
            done.set(true);
            assertThat(pruning.get()).isPositive();
        } finally {
            others.shutdown();
        }
        for (String name : List.of("builder0", "builder1")) {
            assertThat(jbuild.run("run", "--rm", name, "cat", "/out", "/same")
                            .succeeded()
                            .out())
                    .isEqualTo(name + "same\n");
        }
        jbuild.run("store", "verify").succeeded();
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
