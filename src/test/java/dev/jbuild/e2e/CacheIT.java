package dev.jbuild.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Caches in directories, shared by stores that have nothing else in common. */
class CacheIT extends EndToEnd {
    private Program other;

    @BeforeEach
    void makeBuild() {
        jbuild.withBusybox();
        jbuild.run("save", "-o", "busybox.tar", "busybox").succeeded();
        other = another("other");
        write("context/file", "one");
        write("context/Buildfile", """
                FROM busybox AS build
                RUN head -c 100 /dev/urandom | sha256sum > /unique
                RUN mkdir /tools && head -c 3000000 /dev/urandom > /tools/large
                FROM busybox
                WORKDIR /work
                COPY file .
                COPY --from=build /unique .
                RUN cat unique > /copy
                """);
    }

    private Program another(String name) {
        Program program = new Program(temp.resolve(name), work());
        program.run("load", "-i", "busybox.tar").succeeded();
        return program;
    }

    private Program.Result build(Program program, String... flags) {
        List<String> args = Stream.concat(
                        Stream.of("build", "--progress=plain", "--iidfile", "id"),
                        Stream.concat(Stream.of(flags), Stream.of("context")))
                .toList();
        return program.run(args.toArray(String[]::new));
    }

    private String id() throws IOException {
        return Files.readString(work().resolve("id"));
    }

    private static long cached(Program.Result result) {
        return result.err().lines().filter(line -> line.endsWith(" CACHED")).count();
    }

    @Test
    void anotherStoreRunsNothingAndFetchesOnlyTheImage() throws IOException {
        build(jbuild, "--cache-to", "type=local,dest=cache,mode=max").succeeded();
        String id = id();
        Program.Result result = build(other, "--cache-from", "type=local,src=cache");
        result.succeeded();
        assertThat(id()).isEqualTo(id);
        assertThat(cached(result)).isEqualTo(6);
        assertThat(result.err())
                .contains("importing cache manifest from")
                .contains("fetching the layer of [stage-1 5/5] RUN cat unique")
                .doesNotContain("fetching the layer of [build")
                .doesNotContain("warning");
        // By now the store knows it itself.
        assertThat(build(other).succeeded().err()).contains("CACHED").doesNotContain("fetching");
    }

    @Test
    void theSmallestCacheKnowsEveryStepToo() throws IOException {
        build(jbuild, "--cache-to", "type=local,dest=cache").succeeded();
        String id = id();
        Program.Result result = build(other, "--cache-from", "type=local,src=cache");
        result.succeeded();
        assertThat(id()).isEqualTo(id);
        assertThat(cached(result)).isEqualTo(6);
        assertThat(Program.shell("du -sk " + work().resolve("cache") + " | cut -f1 | tr -d '\n'"))
                .satisfies(size -> assertThat(Long.parseLong(new String(size))).isLessThan(1000));
    }

    @Test
    void aStepWhoseFilesAreNotInTheCacheIsRunWhenTheyAreNeeded() throws IOException {
        build(jbuild, "--cache-to", "type=local,dest=cache").succeeded();
        write(
                "context/Buildfile",
                Files.readString(work().resolve("context/Buildfile"))
                        .replace("COPY --from=build /unique .", "COPY --from=build /unique /tools/large ."));
        Program.Result result = build(other, "--cache-from", "type=local,src=cache", "-o", "type=local,dest=out");
        result.succeeded();
        assertThat(result.err()).contains("the files of [build ").doesNotContain("warning");
        assertThat(work().resolve("out/work/large")).hasSize(3_000_000);
        assertThat(work().resolve("out/copy")).hasSameTextualContentAs(work().resolve("out/work/unique"));
    }

    @Test
    void aDamagedBlobIsFoundAndMended() throws IOException {
        build(jbuild, "--cache-to", "type=local,dest=cache,mode=max").succeeded();
        Path large;
        try (Stream<Path> blobs = Files.list(work().resolve("cache/blobs/sha256"))) {
            large = blobs.max((a, b) ->
                            Long.compare(a.toFile().length(), b.toFile().length()))
                    .orElseThrow();
        }
        byte[] bytes = Files.readAllBytes(large);
        byte[] damaged = bytes.clone();
        damaged[damaged.length / 2] ^= 1;
        Files.write(large, damaged);
        Program.Result result = build(
                other,
                "--target=build",
                "--cache-from",
                "type=local,src=cache",
                "--cache-to",
                "type=local,dest=cache,mode=max,reset=false",
                "-o",
                "type=local,dest=out");
        result.succeeded();
        assertThat(result.err()).contains("can't give the files of [build 3/3]");
        assertThat(work().resolve("out/tools/large")).hasSize(3_000_000);
        Program third = another("third");
        Program.Result again = build(third, "--target=build", "--cache-from", "type=local,src=cache");
        again.succeeded();
        assertThat(again.err()).doesNotContain("warning");
        assertThat(cached(again)).isEqualTo(2);
    }

    @Test
    void cachesAreAskedInTheOrderGiven() throws IOException {
        build(jbuild, "--cache-to", "type=local,dest=first,mode=max").succeeded();
        String id = id();
        build(jbuild, "--no-cache", "--cache-to", "type=local,dest=second,mode=max")
                .succeeded();
        assertThat(id()).isNotEqualTo(id);
        Program.Result result = build(
                other,
                "--cache-from",
                "type=local,src=nonesuch",
                "--cache-from",
                "type=local,src=first",
                "--cache-from",
                "type=local,src=second");
        result.succeeded();
        assertThat(id()).isEqualTo(id);
        assertThat(result.err()).contains("nonesuch is left out").contains("there is no directory");
    }

    @Test
    void aCacheThatCannotBeWrittenIsAnErrorUnlessIgnored() {
        write("taken", "a file");
        Program.Result result = build(jbuild, "--cache-to", "type=local,dest=taken");
        assertThat(result.status()).isNotZero();
        assertThat(result.err()).contains("can't be written").doesNotContain("RUN");
        assertThat(build(jbuild, "--cache-to", "type=local,dest=taken,ignore-error=true")
                        .succeeded()
                        .err())
                .contains("wasn't written");
    }

    @Test
    void everyPlatformHasItsSteps() throws IOException {
        write("context/Buildfile", "FROM scratch\nARG TARGETARCH\nCOPY file /$TARGETARCH\n");
        String[] to = {"--platform=linux/s390x,linux/riscv64", "--cache-to", "type=local,dest=cache"};
        build(jbuild, to).succeeded();
        String id = id();
        Program.Result result =
                build(other, "--platform=linux/s390x,linux/riscv64", "--cache-from", "type=local,src=cache");
        result.succeeded();
        assertThat(id()).isEqualTo(id);
        assertThat(cached(result)).isEqualTo(2);
    }

    @Test
    void whatWasFetchedCanBePassedOn() throws IOException {
        build(jbuild, "--cache-to", "type=local,dest=cache,mode=max").succeeded();
        build(
                        other,
                        "--cache-from",
                        "type=local,src=cache",
                        "--cache-to",
                        "type=local,dest=next,mode=max,compression=zstd")
                .succeeded();
        Program third = another("third");
        Program.Result result =
                build(third, "--target=build", "--cache-from", "type=local,src=next", "-o", "type=local,dest=out");
        result.succeeded();
        assertThat(cached(result)).isEqualTo(2);
        assertThat(work().resolve("out/tools/large")).hasSize(3_000_000);
    }
}
