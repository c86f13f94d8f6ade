package dev.jbuild.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Containers with users of their own ({@code --userns=auto}), made by root. */
class OwnUsersIT extends EndToEnd {
    private static final String OWNERS = """
            FROM busybox AS base
            RUN mkdir -p /d/e /gone && echo a >/d/a && echo b >/d/b && echo c >/d/e/c && touch /gone/x \\
             && chown -R 1000:1000 /d && chmod 4755 /d/b && mkdir /opaque && touch /opaque/x
            FROM base
            RUN rm -r /d/a /gone /d/e /opaque && mkdir /d/e /opaque && echo new >/d/e/n && chown 33:100 /d/e/n && mkfifo /pipe
            COPY --chown=1000:1000 Buildfile /copied
            USER 1000
            RUN test "$(id -u):$(id -g)" = 1000:0 && echo mine >/d/mine && ! touch /root-only 2>/dev/null
            USER 0
            WORKDIR /new/work
            RUN --mount=type=cache,target=/cache --mount=type=tmpfs,target=/t \\
             --mount=type=bind,from=base,target=/b,rw --mount=type=secret,id=s,uid=7,mode=0400 \\
             test "$(stat -c %u:%g /d/b /copied /cache /t /b/d /run/secrets/s | tr '\\n' ' ')" \\
             = "1000:1000 1000:1000 0:0 0:0 1000:1000 7:0 " \\
             && echo x >>/cache/x && chown 9:9 /cache/x && touch /t/x /b/x /here && test -c /dev/null && echo x >/dev/stdout
            """;

    private List<String> layers(String... options) {
        jbuild.env("SOURCE_DATE_EPOCH", "1000000000");
        String[] arguments = new String[options.length + 8];
        List<String> usual = List.of(
                "build",
                "--progress=plain",
                "--no-cache",
                "--network=none",
                "--secret=id=s,src=" + work().resolve("secret"),
                "-o",
                "type=image,name=app,rewrite-timestamp=true",
                work().toString());
        usual.toArray(arguments);
        System.arraycopy(options, 0, arguments, usual.size(), options.length);
        jbuild.run(arguments).succeeded();
        return Pattern.compile("\"DiffId\":\"([^\"]+)")
                .matcher(
                        jbuild.run("layers", "--format=json", "app").succeeded().out())
                .results()
                .map(match -> match.group(1))
                .toList();
    }

    @Test
    void theLayersAreThoseOfTheUsersOfTheMachine() {
        jbuild.withBusybox();
        write("Buildfile", OWNERS);
        write("secret", "s3cret");
        List<String> usual = layers();
        assertThat(usual).hasSizeGreaterThan(6);
        assertThat(layers("--userns=auto")).isEqualTo(usual);
        // A cache that one of them wrote is the other's.
        assertThat(layers("--userns=host")).isEqualTo(usual);
        assertThat(jbuild.run("store", "verify").succeeded().out()).doesNotContain("damaged");
    }

    @Test
    void eachContainerHasOthersWhoAreNobodyOnTheMachine() throws Exception {
        jbuild.withBusybox();
        String show = "cat /proc/self/uid_map /proc/self/gid_map; read x";
        Process first =
                jbuild.start("run", "--rm", "-i", "--net=none", "--userns=auto:size=5000", "busybox", "sh", "-c", show);
        Process second =
                jbuild.start("run", "--rm", "-i", "--net=none", "--userns=auto:size=5000", "busybox", "sh", "-c", show);
        try (var one = first.inputReader();
                var other = second.inputReader()) {
            String users = one.readLine().strip();
            assertThat(users).matches("0 +[1-9]\\d{4,} +5000");
            assertThat(one.readLine().strip()).matches("0 +[1-9]\\d{4,} +5000");
            assertThat(other.readLine().strip())
                    .matches("0 +[1-9]\\d{4,} +5000")
                    .isNotEqualTo(users);
        } finally {
            first.getOutputStream().close();
            second.getOutputStream().close();
        }
        assertThat(first.waitFor()).isEqualTo(1);
        assertThat(second.waitFor()).isEqualTo(1);
    }

    @Test
    void whatCannotBeIsRefused() throws IOException {
        jbuild.withBusybox();
        assertThat(jbuild.run("run", "--userns=keep-id", "busybox").ended(2).err())
                .contains("--userns keep-id is not supported");
        assertThat(jbuild.run("run", "--userns=auto:size=4294967295", "busybox")
                        .ended(125)
                        .err())
                .contains("is more than the", "users that there are for containers");
        assertThat(jbuild.run("run", "--userns=auto:size=50", "-u", "50", "busybox", "id")
                        .ended(125)
                        .err())
                .contains("a process can't run as user 50");
        write("Buildfile", "FROM busybox\nRUN true\n");
        assertThat(jbuild.run("build", "--isolation=chroot", "--userns=auto", work().toString())
                        .ended(1)
                        .err())
                .contains("--userns=auto needs namespaces");
    }

    @Test
    void aStoreThatCannotBeShownAsSomebodyElsesIsNamed() throws IOException {
        Files.copy(Path.of("/bin/busybox"), work().resolve("busybox"));
        write("Buildfile", "FROM scratch\nCOPY busybox /bin/sh\nRUN echo ran\n");
        Files.createDirectory(jbuild.root());
        jbuild.within(List.of(
                "unshare",
                "-m",
                "sh",
                "-ec",
                "mount -t ramfs none $0; exec \"$@\"",
                jbuild.root().toString()));
        assertThat(jbuild.run("build", "--progress=plain", "--userns=auto", work().toString())
                        .ended(125)
                        .err())
                .contains("cannot set up the sandbox: idmap " + jbuild.root(), "invalid argument")
                .contains("--userns=auto needs idmapped mounts: Linux 5.19 or later");
    }
}
