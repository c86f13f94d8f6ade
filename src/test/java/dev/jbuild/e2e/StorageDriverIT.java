package dev.jbuild.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jbuild.testing.Needs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Builds whose steps get their files in other ways than by overlayfs of the kernel. */
@CalledInProcess
class StorageDriverIT extends EndToEnd {
    private static final String CHANGES = """
            FROM scratch AS data
            COPY Buildfile /s/f
            FROM busybox
            RUN mkdir -p /a/b /a/c /m && echo 1 >/a/b/f && ln /a/b/f /a/b/hard && ln -s f /a/b/l && mkfifo /a/p && chown 3:4 /a && chmod 1777 /m
            RUN rm -rf /a/b && mkdir /a/b && echo 2 >/a/b/g && rm /a/p && chmod 1770 /a && echo x >>/etc/passwd
            RUN --mount=type=bind,target=/ctx,rw --mount=type=cache,target=/c --mount=type=tmpfs,target=/t/mp \\
             cat /ctx/Buildfile >/out && echo q >/ctx/Buildfile && echo 1 >>/c/x
            RUN --mount=type=bind,from=data,source=/s,target=/new/place cat /new/place/f >/out2 && rmdir /a/c
            WORKDIR /w/x
            USER 1000:1000
            RUN test "$(id -u)" = 1000 && ! touch /root-only 2>/dev/null && echo x >/m/mine
            """;

    @BeforeEach
    void makeContext() throws IOException {
        Needs.machine(Files.isWritable(Path.of("/dev/fuse")), "there is no /dev/fuse");
        Needs.machine(Files.isExecutable(Path.of("/usr/bin/fuse-overlayfs")), "fuse-overlayfs is not installed");
        write("Buildfile", CHANGES);
    }

    private static String layers(Program program, String context, String... options) {
        List<String> words = new ArrayList<>(Arrays.asList(options));
        words.addAll(List.of("build", "--no-cache", "-q", "-o", "type=image,name=app,rewrite-timestamp=true", context));
        program.env("SOURCE_DATE_EPOCH", "1000000000");
        program.run(words.toArray(String[]::new)).succeeded();
        return program.run("inspect", "-f", "{{json .RootFS}}", "app")
                .succeeded()
                .out();
    }

    @Test
    void layersAreTheSameHoweverFilesArePutTogether() {
        jbuild.withBusybox();
        String overlay = layers(jbuild, ".", "--storage-driver=overlay");
        assertThat(overlay.split("sha256:", -1)).hasSizeGreaterThan(6);
        assertThat(layers(jbuild, ".", "--storage-driver=fuse-overlayfs")).isEqualTo(overlay);
        assertThat(layers(jbuild, ".", "--storage-driver=vfs")).isEqualTo(overlay);
        assertThat(layers(jbuild.env("STORAGE_DRIVER", "vfs"), ".")).isEqualTo(overlay);
        assertThat(jbuild.run("--storage-driver=btrfs", "images").status()).isEqualTo(2);
        assertThat(jbuild.run("--storage-driver=fuse-overlayfs", "run", "--userns=auto", "app", "true")
                        .err())
                .contains("ERROR: --userns=auto can't be had of fuse-overlayfs");
    }

    @Test
    void whatAStepMadeThatTookTooLongIsKeptHoweverFilesArePutTogether() throws IOException {
        jbuild.withBusybox();
        write(
                "Buildfile",
                "FROM busybox\nRUN --timeout=2s mkdir /made && echo some >/made/file; rm -r /bin/env; sleep 60\n");
        for (String driver : List.of("overlay", "fuse-overlayfs", "vfs")) {
            assertThat(jbuild.run("--storage-driver=" + driver, "build", "--collect", "/made/**=out-" + driver, ".")
                            .ended(1)
                            .err())
                    .contains("timed out after 2s");
            try (Stream<Path> files = Files.walk(work().resolve("out-" + driver))) {
                assertThat(files.filter(Files::isRegularFile))
                        .singleElement()
                        .satisfies(file -> assertThat(file).hasContent("some\n"));
            }
        }
    }

    /** As in a container whose own files are on an overlay: no overlay can be mounted there, no deletion marked by a device. */
    @Test
    void aStoreOnAnOverlayMakesDoWithCopies() throws IOException {
        byte[] base = jbuild.withBusybox().run("save", "busybox").succeeded().bytes();
        String overlay = layers(jbuild, ".");
        Path mount = Files.createDirectory(temp.resolve("mount"));
        Program.shell(
                "cd '" + temp + "'; mkdir l u w; mount -t overlay overlay -o lowerdir=l,upperdir=u,workdir=w mount");
        try {
            Program nested = program("mount/store");
            nested.run(base, "load").succeeded();
            assertThat(layers(nested, ".")).isEqualTo(overlay);
            Program.Result run = nested.run("run", "--rm", "-u", "0", "app", "ls", "/a/b");
            assertThat(run.succeeded().out()).isEqualTo("g\n");
            assertThat(run.err())
                    .contains("WARNING: the kernel mounts no overlays here (Invalid argument): each step gets");
            nested.run("run", "-d", "--name", "aside", "-u", "0", "app", "sleep", "60")
                    .succeeded();
            assertThat(nested.run("exec", "aside", "sh", "-c", "echo v >/f && cat /f")
                            .succeeded()
                            .out())
                    .isEqualTo("v\n");
            nested.run("rm", "-f", "aside").succeeded();
            assertThat(layers(nested, ".", "--storage-driver=vfs")).isEqualTo(overlay);
            assertThat(nested.run("store", "verify").succeeded().out()).contains("all is as it should be");
            assertThat(nested.run("--storage-driver=fuse-overlayfs", "run", "--rm", "app", "true")
                            .err())
                    .contains("ERROR: fuse-overlayfs can't be used here: no marks of deletion can be made");
            assertThat(nested.run("doctor").succeeded().out())
                    .contains("reduced  overlayfs (errno 22", "Steps run in namespaces and in copies of their files");
        } finally {
            Program.shell("umount '" + mount + "'");
        }
    }

    @Test
    void usersHaveTheSameChoice() throws IOException {
        byte[] base = jbuild.withBusybox().run("save", "busybox").succeeded().bytes();
        String overlay = layers(jbuild, ".");
        Program.shell("chmod 755 '" + temp + "' '" + work() + "'; chmod 644 '" + work() + "/Buildfile'");
        Program user = new TestUser(Files.createDirectory(temp.resolve("user")), "alice", 1500, "alice:200000:65536\n")
                .program();
        user.run(base, "load").succeeded();
        for (String driver : List.of("overlay", "fuse-overlayfs", "vfs")) {
            assertThat(layers(user, work().toString(), "--storage-driver=" + driver))
                    .isEqualTo(overlay);
        }
        user.run(
                        "build",
                        "--no-cache",
                        "-q",
                        "--runtime=crun",
                        "-o",
                        "type=image,name=app,rewrite-timestamp=true",
                        work().toString())
                .succeeded();
        assertThat(user.run("inspect", "-f", "{{json .RootFS}}", "app")
                        .succeeded()
                        .out())
                .isEqualTo(overlay);
    }
}
