package dev.jbuild.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jbuild.testing.DockerRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Caches in a registry, and in images there, shared by stores that have nothing else in common. */
@CalledInProcess
class RegistryCacheIT extends EndToEnd {
    private static final String BUILD = """
            FROM busybox AS build
            RUN head -c 100 /dev/urandom | sha256sum > /unique
            FROM busybox
            COPY file /
            COPY --from=build /unique /
            RUN cat /unique > /copy
            """;

    private @Nullable DockerRegistry registry;
    private String domain = "";

    @BeforeEach
    void start() throws Exception {
        registry = DockerRegistry.start(temp, "");
        domain = registry.domain();
        jbuild.withBusybox();
        jbuild.run("save", "-o", "busybox.tar", "busybox").succeeded();
        write("context/file", "one");
        write("context/Buildfile", BUILD);
    }

    @AfterEach
    void stop() {
        DockerRegistry running = registry;
        if (running != null) {
            running.close();
        }
    }

    private Program another(String name) {
        Program program = program(name);
        program.run("load", "-i", "busybox.tar").succeeded();
        return program;
    }

    private Program.Result build(Program program, String... flags) {
        List<String> args = Stream.concat(
                        Stream.of("build", "--progress=plain", "--iidfile", "id"),
                        Stream.concat(Stream.of(flags), Stream.of("context")))
                .toList();
        return program.run(args.toArray(String[]::new)).succeeded();
    }

    private String id() throws IOException {
        return Files.readString(work().resolve("id"));
    }

    private static long cached(Program.Result result) {
        return result.err().lines().filter(line -> line.endsWith(" CACHED")).count();
    }

    @Test
    void whatOneStoreExportsAnotherFinds() throws IOException {
        String cache = domain + "/team/app:cache";
        build(jbuild, "--cache-to", cache);
        String id = id();
        Program.Result result = build(another("other"), "--cache-from", cache);
        assertThat(id()).isEqualTo(id);
        assertThat(cached(result)).isEqualTo(4);
        assertThat(result.err()).doesNotContain("fetching the layer of [build").doesNotContain("warning");
    }

    @Test
    void writersKeepEachOthersResults() throws IOException {
        String cache = "type=registry,mode=max,ref=" + domain + "/team/app:cache";
        build(jbuild, "--cache-to", cache);
        String id = id();
        write("context/file", "two");
        Program other = another("other");
        build(other, "--cache-from", cache.replace("mode=max,", ""), "--cache-to", cache);
        write("context/file", "one");
        Program.Result result = build(another("third"), "--cache-from", cache.replace("mode=max,", ""));
        assertThat(id()).isEqualTo(id);
        assertThat(cached(result)).isEqualTo(4);
    }

    @Test
    void whatIsNoCacheIsLeftOutAndWhatIsNotThereToldOfOnly() throws IOException {
        build(jbuild, "-t", domain + "/plain:1", "--push");
        Program.Result plain = build(another("other"), "--cache-from", domain + "/plain:1");
        assertThat(cached(plain)).isZero();
        assertThat(plain.err()).doesNotContain("warning");
        Program.Result missing = build(another("third"), "--cache-from", domain + "/missing:1");
        assertThat(missing.err()).contains("/missing:1 is left out");
    }

    @Test
    void anImageCarriesItsOwnCache() throws IOException {
        String image = domain + "/app:1";
        build(jbuild, "-t", image, "--push", "--cache-to", "type=inline");
        String id = id();
        Program.Result result = build(another("other"), "--cache-from", image, "--cache-to", "type=inline");
        assertThat(id()).isEqualTo(id);
        assertThat(cached(result)).isEqualTo(4);
        write("context/file", "two");
        Program third = another("third");
        Program.Result changed = build(third, "--cache-from", image, "--build-arg", "BUILDKIT_INLINE_CACHE=1");
        assertThat(cached(changed)).isEqualTo(1);
        assertThat(third.run("run", id(), "cat", "/file").succeeded().out()).isEqualTo("two");
    }

    @Test
    void anIndexOfPlatformsCarriesTheirCaches() throws IOException {
        write(
                "context/Buildfile",
                "FROM --platform=$BUILDPLATFORM busybox AS build\nARG TARGETARCH\n"
                        + "RUN echo $TARGETARCH > /arch && head -c 100 /dev/urandom | sha256sum > /unique\n"
                        + "FROM scratch\nCOPY --from=build /arch /unique /\n");
        String[] flags = {
            "--platform=linux/s390x,linux/riscv64", "-t", domain + "/app:1", "--push", "--cache-to", "type=inline"
        };
        build(jbuild, flags);
        String id = id();
        Program.Result result = build(
                another("other"),
                Stream.concat(Stream.of(flags), Stream.of("--cache-from", domain + "/app:1"))
                        .toArray(String[]::new));
        assertThat(id()).isEqualTo(id);
        assertThat(cached(result)).isEqualTo(4);
    }

    private static long blobs(Program program) throws IOException {
        try (Stream<java.nio.file.Path> files = Files.walk(program.root().resolve("blobs"))) {
            return files.filter(file -> file.toFile().length() > 500_000).count();
        }
    }

    @Test
    void aBaseImageStaysInItsRegistryWhileACacheKnowsWhatIsBuiltUponIt() throws IOException {
        jbuild.run("tag", "busybox", domain + "/base:1").succeeded();
        jbuild.run("push", domain + "/base:1").succeeded();
        write("context/Buildfile", BUILD.replace("busybox", domain + "/base:1"));
        String cache = domain + "/team/app:cache";
        build(jbuild, "--cache-to", cache);
        String id = id();

        Program other = program("other");
        Program.Result result = build(other, "--cache-from", cache, "--cache-to", "type=local,dest=copied");
        assertThat(id()).isEqualTo(id);
        assertThat(cached(result)).isEqualTo(4);
        assertThat(blobs(other)).isZero();
        assertThat(other.run("run", id, "cat", "/file").succeeded().out()).isEqualTo("one");
        assertThat(blobs(other)).isOne();

        Program third = program("third");
        result = build(third, "--cache-from", "type=local,src=copied", "-o", "type=oci,dest=app.tar");
        assertThat(id()).isEqualTo(id);
        assertThat(cached(result)).isEqualTo(4);
        assertThat(blobs(third)).isOne();

        write("context/file", "two");
        Program fourth = program("fourth");
        result = build(fourth, "--cache-from", cache);
        assertThat(cached(result)).isOne();
        assertThat(fourth.run("run", id(), "cat", "/file").succeeded().out()).isEqualTo("two");
    }
}
