package dev.jbuild.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Cache mounts from outside: seen, carried to another store, removed. */
@CalledInProcess
class CacheMountsIT extends EndToEnd {
    private static final String MOUNT = "FROM busybox\nRUN --mount=type=cache,target=/c,id=go,mode=0777,uid=7 ";

    @BeforeEach
    void importBase() {
        jbuild.withBusybox();
    }

    @Test
    void aCacheGoesToAnotherStoreAndStepsFindItThere() {
        write("Buildfile", MOUNT + "echo kept > /c/file && chmod 750 /c/file && ln /c/file /c/link\n");
        jbuild.run("build", ".").succeeded();
        assertThat(jbuild.run("cache", "ls", "--format", "json").succeeded().out())
                .contains("\"ID\":\"go\"", "\"InUse\":\"false\"", "\"Size\":\"5\"");
        jbuild.run("cache", "export", "go", "-o", "go.tar.zst").succeeded();
        Program other = program("other").withBusybox();
        other.run("cache", "import", "go", "go.tar.zst").succeeded();
        write("Buildfile", MOUNT + "cat /c/link && stat -c '%a %h' /c/file && stat -c '%a %u' /c\n");
        assertThat(other.run("build", "--progress=plain", ".").succeeded().err())
                .contains(" kept\n", " 750 2\n", " 777 7\n");
        assertThat(other.run("cache", "rm", "go").succeeded().out()).contains("Removed: go", "space: 5B");
        assertThat(other.run("cache", "ls", "-q").succeeded().out()).isEmpty();
        assertThat(other.run("cache", "rm", "go").ended(1).err()).contains("there is no cache mount go");
    }

    @Test
    void whatAStepIsUsingIsNeitherRemovedNorExported() throws Exception {
        write("Buildfile", MOUNT + "touch /c/began && while [ ! -e /c/end ]; do sleep 0.1; done\n");
        Process build = jbuild.start("build", ".");
        try {
            while (!jbuild.run("cache", "ls").succeeded().out().matches("(?s).*go .* yes\n.*")) {
                assertThat(build.isAlive()).isTrue();
            }
            assertThat(jbuild.run("cache", "rm", "--all").ended(1).err()).contains("in use and so not removed: go");
            assertThat(jbuild.run("cache", "export", "go", "-o", "go.tar")
                            .ended(1)
                            .err())
                    .contains("the cache mount go is in use");
            assertThat(work().resolve("go.tar")).doesNotExist();
            Program.shell("cd '" + jbuild.root() + "'/cachemounts; for cache in *-0; do touch $cache/end; done");
            assertThat(build.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(build.exitValue()).isZero();
        } finally {
            build.destroyForcibly();
        }
        byte[] tar = jbuild.run("cache", "export", "go").succeeded().bytes();
        assertThat(jbuild.run(tar, "cache", "import", "go").succeeded().out()).isNotBlank();
        assertThat(Files.list(jbuild.root().resolve("cachemounts")).filter(Files::isDirectory))
                .hasSize(1);
    }
}
