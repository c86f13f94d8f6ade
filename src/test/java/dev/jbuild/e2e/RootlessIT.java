package dev.jbuild.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jbuild.testing.Needs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Builds of users without privileges. */
class RootlessIT extends EndToEnd {
    private static final String OWNERS = """
            FROM busybox
            RUN mkdir -p /d/e /gone && echo a >/d/a && echo b >/d/b && echo c >/d/e/c && touch /gone/x \\
             && echo 'u:x:1000:1000::/:/bin/sh' >>/etc/passwd && chown -R 1000:1000 /d && chmod 4755 /d/b
            RUN rm -r /d/a /gone /d/e && mkdir /d/e && echo new >/d/e/n && chown 33:100 /d/e/n && mkfifo /pipe
            COPY --chown=1000:1000 Buildfile /copied
            COPY --chown=65534:65534 --chmod=4711 Buildfile /etc/
            USER 1000
            RUN test "$(id -u):$(id -g)" = 1000:1000 && echo mine >/d/mine && ! touch /root-only 2>/dev/null
            USER 0
            RUN --mount=type=cache,target=/cache --mount=type=tmpfs,target=/t \\
             test "$(stat -c %u:%g /d/b /etc/Buildfile | tr '\\n' ' ')" = "1000:1000 65534:65534 " \\
             && touch /cache/x /t/x && test -c /dev/null && test -d /proc/1 && ls /sys >/dev/null && echo x >/dev/stdout
            """;

    private Program user(String subordinate) throws IOException {
        return new TestUser(Files.createDirectory(temp.resolve("user")), "alice", 1500, subordinate).program();
    }

    @BeforeEach
    void needsProgramsOfShadow() {
        boolean installed = Program.shell("command -v newuidmap || true").length > 0;
        Needs.machine(installed, "newuidmap is not installed; the package uidmap has it");
    }

    private byte[] busybox() {
        return jbuild.withBusybox().run("save", "busybox").succeeded().bytes();
    }

    /** The context is readable for everybody. */
    private Path context(String buildfile) throws IOException {
        Path context = temp.resolve("context");
        Files.createDirectories(context);
        Files.writeString(context.resolve("Buildfile"), buildfile);
        Program.shell("chmod 755 '" + temp + "' '" + context + "'; chmod 644 '" + context + "/Buildfile'");
        return context;
    }

    private static List<String> layers(Program program, Path context) {
        program.env("SOURCE_DATE_EPOCH", "1000000000");
        String output = "type=image,name=app,rewrite-timestamp=true";
        program.run("build", "--progress=plain", "-o", output, context.toString())
                .succeeded();
        String layers =
                program.run("layers", "--format=json", "app").succeeded().out();
        return Pattern.compile("\"DiffId\":\"([^\"]+)")
                .matcher(layers)
                .results()
                .map(match -> match.group(1))
                .toList();
    }

    @Test
    void theLayersAreThoseThatRootMakes() throws IOException {
        byte[] base = busybox();
        Path context = context(OWNERS);
        Program user = user("alice:200000:65536\n");
        user.run(base, "load").succeeded();
        List<String> ofRoot = layers(jbuild, context);
        assertThat(ofRoot).hasSizeGreaterThan(5);
        assertThat(layers(user, context)).isEqualTo(ofRoot);
        assertThat(user.run("run", "--rm", "-u", "1000", "app", "id", "-u")
                        .succeeded()
                        .out())
                .isEqualTo("1000\n");
        assertThat(user.run("store", "verify").succeeded().out()).doesNotContain("damaged");
    }

    @Test
    void doctorTriesWhatThereIsAndSaysWhatWouldHelp() throws IOException {
        assertThat(jbuild.run("doctor").succeeded().out())
                .contains("ok       overlayfs (tried)", "Steps run in namespaces and on overlayfs, as root.");
        TestUser user = new TestUser(Files.createDirectory(temp.resolve("user")), "bob", 1500, "");
        assertThat(user.program().run("doctor").succeeded().out())
                .contains(
                        "reduced  users and groups (1 and 1 in a user namespace: /etc/subuid has no range for bob (1500))")
                .contains("hint: have root give you more of them")
                .contains("ok       overlayfs for users (tried)")
                .contains("reduced  making devices (errno 1, Operation not permitted")
                .contains("Steps run in namespaces and on overlayfs, as a user who is alone in a user namespace.");
        TestUser other = new TestUser(Files.createDirectory(temp.resolve("other")), "eve", 1500, "eve:200000:9\n");
        Program forbidden = other.program();
        List<String> command = new ArrayList<>(other.command());
        command.addAll(List.of(
                other.launcher().resolveSibling("../libexec/jbuild-sandbox").toString(), "enter", "sh", "-ec"));
        command.add(
                "echo 0 >/proc/sys/user/max_user_namespaces; exec setpriv --reuid=5 --regid=5 --clear-groups \"$@\"");
        command.add("sh");
        forbidden.within(command);
        assertThat(forbidden.run("doctor").ended(1).out())
                .contains("MISSING  a user namespace (unshare of users: errno 28, No space left on device)")
                .contains("hint: let there be user namespaces: sysctl user.max_user_namespaces=")
                .contains("Steps can't be run;");
    }

    @Test
    void aSingleIdKeepsTheOwnersOfFilesAndItsLimitsAreTold() throws IOException {
        jbuild.withBusybox();
        Path owned =
                context("FROM busybox\nRUN mkdir /d && echo a >/d/a && echo s >/d/s && chmod 600 /d/s && ln -s a /d/l"
                        + " && chown -hR 1000:42 /d && chown 7:8 /d/s\n");
        jbuild.run("build", "-t", "base", owned.toString()).succeeded();
        Program user = user("bob:200000:65536\n");
        user.run(jbuild.run("save", "base").succeeded().bytes(), "load").succeeded();
        Path more = context("FROM base\nRUN echo b >>/d/a && mv /d/s /d/t && rm /d/l /etc/group && id -u >/id\n"
                + "COPY --chown=7:8 Buildfile /copied\n");
        assertThat(layers(user, more)).isEqualTo(layers(jbuild, more));
        assertThat(user.run("store", "verify").succeeded().out()).doesNotContain("damaged");
        Path chown = context("FROM base\nRUN touch /x && chown 1000 /x\n");
        assertThat(user.run("build", "--progress=plain", chown.toString())
                        .ended(1)
                        .err())
                .contains("there is only one user and one group here")
                .contains("chown: /x: Invalid argument")
                .contains("hint: there is only one user here, so nothing can be given to another one")
                .contains("usermod --add-subuids");
        Path other = context("FROM base\nUSER 1000\nRUN true\n");
        assertThat(user.run("build", "--progress=plain", other.toString())
                        .ended(125)
                        .err())
                .contains("a process can't run as user 1000: there is only one of them in this user namespace");
    }
}
