package dev.jbuild.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a build says of steps whose layers cost the image more than they need. */
@Tag("kernel")
class LayerCostWarningsTest {
    private static final String BUILDFILE = """
            FROM base AS tools
            COPY big /big
            RUN chmod 600 /big
            FROM base
            COPY big /srv/big
            RUN chown 7:7 /srv/big
            RUN rm /srv/big && mkdir -p /var/lib/apt/lists && cp /busybox /var/lib/apt/lists/x
            """;

    @TempDir
    Path temp;

    @BeforeEach
    void makeContext() throws IOException {
        Path base = Files.createDirectories(temp.resolve("base"));
        Files.copy(Path.of("/bin/busybox"), base.resolve("busybox"));
        Files.write(temp.resolve("big"), new byte[2_500_000]);
        write("base/Buildfile", """
                FROM scratch
                COPY --chmod=755 busybox /busybox
                COPY --chmod=755 busybox /bin/sh
                RUN ["/busybox", "--install", "-s", "/bin"]
                """);
        assertThat(build("base", "-t", "base").err()).doesNotContain("ERROR");
    }

    private void write(String name, String text) throws IOException {
        Files.writeString(temp.resolve(name), text);
    }

    private TestConsole build(String context, String... flags) {
        TestConsole console = new TestConsole().in(temp).home(Path.of("target/jbuild"));
        String[] args = new String[flags.length + 5];
        args[0] = "--root=" + temp.resolve("root");
        args[1] = "build";
        args[2] = "--progress=plain";
        args[3] = "--network=none";
        System.arraycopy(flags, 0, args, 4, flags.length);
        args[args.length - 1] = context;
        console.run(args);
        return console;
    }

    @Test
    void whatLayersCostIsSaidOfTheStepsThatRanAndAreInTheImage() throws IOException {
        write("Buildfile", BUILDFILE);
        String first = build(".").err();
        assertThat(first)
                .contains("3 warnings found (use jbuild --debug to expand):")
                .contains(
                        " - MetadataOnlyRewrite: 1 file (2.5 MB) of line 5 stored again for their owners or modes (line 6)")
                .contains(" - DeletedInLaterLayer: 1 file (2.5 MB) of line 6 deleted, but still in the image (line 7)")
                .containsPattern(
                        " - PackageCacheKept: 1 file \\([0-9.]+ MB\\) of a package manager's cache kept \\(line 7\\)");
        assertThat(build(".").err()).doesNotContain("warning");
    }

    @Test
    void rulesCanBeSkipped() throws IOException {
        write("Buildfile", "# check=skip=PackageCacheKept,MetadataOnlyRewrite\n" + BUILDFILE);
        assertThat(build(".").err()).contains("1 warning found").contains("DeletedInLaterLayer");
        assertThat(build(".", "--no-cache", "--build-arg=BUILDKIT_DOCKERFILE_CHECK=skip=all")
                        .err())
                .doesNotContain("warning");
    }
}
