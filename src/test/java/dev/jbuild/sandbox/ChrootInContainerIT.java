package dev.jbuild.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The packaged program in a container without privileges, where it may neither mount nor make namespaces. */
@Tag("e2e")
@Tag("kernel")
class ChrootInContainerIT {
    @TempDir
    Path base;

    private TestContainer container;

    @BeforeEach
    void putProgramIntoContainer() throws IOException {
        container = new TestContainer(base);
        Path dist = TestContainer.program().toAbsolutePath().getParent().getParent();
        Path java = Path.of(System.getProperty("java.home"));
        for (String directory : List.of("/usr", "/lib", "/lib64", "/etc")) {
            if (Files.exists(Path.of(directory))) {
                container.mounts.add(new Mount.Bind(Path.of(directory).toRealPath(), directory, true));
            }
        }
        container.mounts.add(new Mount.Bind(java, java.toString(), true));
        container.mounts.add(new Mount.Bind(dist, "/jbuild", true));
        container.mounts.add(new Mount.Bind(Files.createDirectory(base.resolve("volume")), "/volume", false));
        container.env.set(0, "PATH=/bin:/usr/bin");
        container.env.add("JAVA_HOME=" + java);
        container.env.add("HOME=/volume");
        Files.createDirectory(container.image.resolve("tmp"));
        Files.createDirectory(container.image.resolve("context"));
        Files.copy(Path.of("/bin/busybox"), container.image.resolve("context/busybox"));
        Files.writeString(container.image.resolve("context/Buildfile"), """
                FROM scratch AS base
                COPY --chmod=755 busybox /bin/sh
                RUN ["/bin/sh", "-c", "/bin/sh --help >/dev/null 2>&1; echo made > /made; echo gone > /gone"]
                FROM base
                RUN --mount=type=cache,target=/cache echo 1 > /cache/one; read x < /made; echo $x > /again
                """);
    }

    private TestContainer.Ran build(String isolation) throws Exception {
        return container.run(
                "/jbuild/bin/jbuild",
                "--root=/volume/store",
                "build",
                "--progress=plain",
                "--isolation=" + isolation,
                "--output=type=local,dest=/volume/out",
                "/context");
    }

    @Test
    void namespacesAreNotAllowedButChrootIs() throws Exception {
        assertThat(build("ns").result().status()).isNotZero();
        TestContainer.Ran ran = build("chroot");
        assertThat(ran.result().status()).as(ran.err()).isZero();
        assertThat(ran.err()).contains("steps are kept apart by chroot alone");
        assertThat(base.resolve("volume/out/again")).hasContent("made");
        assertThat(base.resolve("volume/out/cache")).doesNotExist();
        assertThat(build("chroot").err()).contains("CACHED");
    }
}
