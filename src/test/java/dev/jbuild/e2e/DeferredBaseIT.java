package dev.jbuild.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.jbuild.testing.DockerRegistry;
import java.io.IOException;
import java.nio.file.Files;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Layers of a base image that no step of a build looks at stay in their registry until somebody wants them. */
@CalledInProcess
class DeferredBaseIT extends EndToEnd {
    private @Nullable DockerRegistry registry;
    private String base = "";
    private String layer = "";
    private Program other = new Program(temp, temp);

    @BeforeEach
    void start() throws Exception {
        DockerRegistry running = DockerRegistry.start(temp, "");
        registry = running;
        base = running.domain() + "/base:1";
        jbuild.withBusybox();
        jbuild.run("tag", "busybox", base).succeeded();
        jbuild.run("push", base).succeeded();
        other = program("other");
        write("context/Buildfile", "FROM " + base + "\nLABEL a=b\nENV c=d\nCMD echo hello\n");
        other.run("build", "-t", "app", "context").succeeded();
        layer = new ObjectMapper()
                .readTree(Files.readAllBytes(manifest()))
                .at("/layers/0/digest")
                .asText();
    }

    @AfterEach
    void stop() {
        DockerRegistry running = registry;
        if (running != null) {
            running.close();
        }
        registry = null;
    }

    private java.nio.file.Path manifest() throws IOException {
        String digest = new ObjectMapper()
                .readTree(other.run("inspect", "app").succeeded().out())
                .at("/0/RepoDigests/0")
                .asText();
        return other.root()
                .resolve("blobs/sha256")
                .resolve(digest.substring(digest.indexOf(':', digest.indexOf('@')) + 1));
    }

    private boolean isHere(Program program) {
        return Files.exists(program.root().resolve("blobs/sha256").resolve(layer.substring("sha256:".length())));
    }

    /** How often the registry was asked for the layer's bytes. */
    private long fetched() throws IOException {
        try (var lines = Files.lines(temp.resolve("registry.log"))) {
            return lines.filter(line -> line.contains("\"GET /v2/base/blobs/" + layer))
                    .count();
        }
    }

    @Test
    void aBuildThatOnlyDescribesDoesWithoutThem() throws IOException {
        assertThat(isHere(other)).isFalse();
        assertThat(fetched()).isZero();
        assertThat(other.run("store", "verify").succeeded().out()).contains("all is as it should be");
        other.run("prune", "--all", "--force").succeeded();
        assertThat(other.run("history", "app").succeeded().out()).contains("LABEL a=b");
        assertThat(other.run("run", "app").succeeded().out()).isEqualTo("hello\n");
        assertThat(isHere(other)).isTrue();
        assertThat(fetched()).isOne();
        stop();
        assertThat(other.run("ls", "app:/bin/busybox").succeeded().out()).contains("busybox");
    }

    @Test
    void laterStepsAndReadersGetThem() throws IOException {
        other.run("rmi", base).succeeded();
        write("next/Buildfile", "FROM app\nCOPY Buildfile /\nRUN cat /Buildfile > /copy\n");
        other.run("build", "-t", "next", "next").succeeded();
        assertThat(isHere(other)).isTrue();
        Program third = program("third");
        third.run("build", "-t", "app", "context").succeeded();
        assertThat(third.run("cat", "app:/etc/passwd").succeeded().out()).contains("root");
        assertThat(isHere(third)).isTrue();
        assertThat(fetched()).isEqualTo(2);
    }

    @Test
    void theirOwnRegistryIsPushedToWithoutThem() throws IOException {
        other.run("rmi", base).succeeded();
        other.run("tag", "app", base.replace("/base:1", "/app:1")).succeeded();
        other.run("push", base.replace("/base:1", "/app:1")).succeeded();
        assertThat(isHere(other)).isFalse();
        assertThat(fetched()).isZero();
        other.run("save", "-o", "app.tar", "app").succeeded();
        jbuild.run("load", "-i", "app.tar").succeeded();
        assertThat(jbuild.run("run", "app").succeeded().out()).isEqualTo("hello\n");
    }

    @Test
    void whenTheirRegistryIsGoneThatIsSaid() {
        stop();
        assertThat(other.run("run", "app").ended(125).err()).contains(layer).contains(base.replace(":1", ""));
        assertThat(other.run("store", "verify").succeeded().out()).contains("all is as it should be");
    }
}
