package dev.jbuild.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Buildfiles that try to reach the machine by paths: whatever they lead through, they stay in the root directory of the step.
 * Named as the attempts of {@link EscapeIT}; prints how each ended.
 */
@CalledInProcess
class HostileBuildIT extends EndToEnd {
    private static final String UP = "../../../../../../../../../../../..";
    private static final String KEPT = "kept-from-steps";

    private final List<String> rows = new ArrayList<>();
    private Path machine;

    /** What a Buildfile says, after the first line; {@code $M} is a directory of the machine with a file and a directory. */
    private Program.Result attempt(String name, String... lines) throws IOException {
        String text = "FROM busybox AS first\n" + String.join("\n", lines) + "\n";
        write("Buildfile", text.replace("$M", machine.toString()).replace("$UP", UP));
        Program.Result result =
                jbuild.run("build", "--progress=plain", "--no-cache", "--network=none", work().toString());
        String all = result.out() + result.err();
        assertThat(all).as(name).doesNotContain(KEPT + "-indeed");
        try (Stream<Path> left = Files.walk(machine)) {
            assertThat(left.map(path -> machine.relativize(path).toString()))
                    .as(name)
                    .containsExactlyInAnyOrder("", "out", "prey");
        }
        rows.add("%-26s held: %s".formatted(name, result.status() == 0 ? "stayed inside" : lastError(result.err())));
        return result;
    }

    private static String lastError(String err) {
        return err.lines().filter(line -> line.startsWith("ERROR: ")).reduce("?", (first, last) -> last);
    }

    private void refused(String name, String why, String... lines) throws IOException {
        assertThat(attempt(name, lines).ended(1).err()).as(name).contains(why);
    }

    private void inside(String name, String... lines) throws IOException {
        attempt(name, lines).succeeded();
    }

    @Test
    void pathsStayInside() throws IOException {
        jbuild.withBusybox();
        machine = Files.createDirectories(temp.resolve("machine"));
        Files.createDirectory(machine.resolve("out"));
        Files.writeString(machine.resolve("prey"), KEPT + "-indeed");
        write("f", "x");

        // The control: such a file is read where it may be.
        Files.copy(machine.resolve("prey"), work().resolve("given"));
        write("Buildfile", "FROM busybox\nCOPY given /given\nRUN cat /given\n");
        assertThat(jbuild.run("build", "--progress=plain", work().toString())
                        .succeeded()
                        .err())
                .contains(KEPT + "-indeed");

        workingDirectories();
        mounts();
        filesOfUsers();
        copies();
        System.out.println(String.join("\n", rows) + "\n" + rows.size() + " attempts, none escaped");
    }

    private void workingDirectories() throws IOException {
        // Those of set-up are open then: none leads out, whether it is there or not.
        for (int fd : new int[] {3, 5, 8}) {
            attempt("workdir-fd-" + fd, "WORKDIR /proc/self/fd/" + fd, "RUN cat $UP$M/prey; touch $UP$M/out/x; true");
        }
        attempt(
                "workdir-link-to-fd",
                "RUN ln -s /proc/self/fd/4 /link",
                "WORKDIR /link",
                "RUN cat $UP$M/prey; touch $UP$M/out/x; true");
        attempt("workdir-root-of-process-1", "WORKDIR /proc/1/root", "RUN cat .$M/prey; touch .$M/out/x; true");
    }

    private void mounts() throws IOException {
        String hidden = "nothing may be mounted on the root directory or /dev, nor on or in /proc or /sys";
        refused("mount-on-root", "invalid mount target", "RUN --mount=type=tmpfs,target=/ true");
        refused(
                "mount-on-root-by-dots",
                "invalid mount target",
                "RUN mkdir /x",
                "RUN --mount=type=tmpfs,target=/x/.. true");
        for (String target : List.of("/proc", "/sys/fs", "/dev", "/x/../proc/self/attr")) {
            refused("mount-on" + target.replace('/', '-'), hidden, "RUN --mount=type=tmpfs,target=" + target + " true");
        }
        refused("mount-on-link-to-proc", hidden, "RUN ln -s /proc /pp", "RUN --mount=type=cache,target=/pp/x true");
        inside("mount-on-shm", "RUN --mount=type=tmpfs,target=/dev/shm touch /dev/shm/x");
        inside("mount-in-dev", "RUN --mount=type=tmpfs,target=/dev/own touch /dev/own/x");
        inside("script-in-dev", "RUN <<EOF", "#!/bin/sh", "echo $0 | grep /dev/pipes/EOF", "EOF");
        inside(
                "mount-on-link-out",
                "RUN ln -s $M/out /x && ln -s $UP$M/out /y",
                "RUN --mount=type=tmpfs,target=/x/t --mount=type=cache,target=/y/c touch /x/t/a /y/c/b");
        inside("mount-target-dots", "RUN --mount=type=tmpfs,target=/$UP$M/out/t touch $M/out/t/x");
        inside(
                "mounted-root-of-image",
                "RUN ln -s / /x",
                "FROM busybox",
                "RUN --mount=type=bind,from=first,source=/x,target=/t,rw touch /t/x; cat /t$M/prey; true");
        inside(
                "cache-ids",
                "RUN --mount=type=cache,id=$UP$M/out,target=/c --mount=type=cache,id=$M/out,target=/d"
                        + " --mount=type=cache,id=a/../..,target=/e --mount=type=cache,id=..,target=/f touch /c/x /d/x /e/x /f/x");
    }

    private void filesOfUsers() throws IOException {
        String link = "RUN rm /etc/passwd && ln -s ";
        refused("passwd-link-up", "symbolic links", link + UP + "/etc/passwd /etc/passwd", "USER daemon", "RUN id");
        refused(
                "passwd-of-process-1",
                "unable to find user",
                link + "/proc/1/root/etc/passwd /etc/passwd",
                "USER daemon",
                "RUN id");
        refused("passwd-zero", "unable to find user", link + "/dev/zero /etc/passwd", "USER daemon", "RUN id");
        refused(
                "passwd-fifo",
                "unable to find user",
                "RUN rm /etc/passwd && mkfifo /etc/passwd",
                "USER daemon",
                "RUN id");
        refused(
                "passwd-huge",
                "exceeds",
                "RUN dd if=/dev/zero of=/etc/passwd bs=1 count=1 seek=64M 2>/dev/null",
                "USER daemon",
                "RUN id");
        for (String user : List.of("2147483648", "4294967296", "-1", "0x0")) {
            attempt("user-" + user, "USER " + user, "RUN id").ended(1);
        }
        assertThat(attempt(
                                "user-by-number",
                                "RUN echo 1000:x:0:0::/:/bin/sh >>/etc/passwd",
                                "USER 1000",
                                "RUN id -u | sed s/^/is-/")
                        .succeeded()
                        .err())
                .contains("is-1000");
    }

    private void copies() throws IOException {
        String links = "RUN ln -s / /x && ln -s $M /y && ln -s $UP$M /z && mkdir /d && ln -s /proc/1/root /d/r";
        for (String source : List.of("/x$M/prey", "/y/prey", "/z/prey", "/d/r$M/prey")) {
            refused(
                    "copy-from"
                            + source.replace("$UP", "up").replace("$M", "-M").replace('/', '-'),
                    "not found",
                    links,
                    "FROM busybox",
                    "COPY --from=first " + source + " /o",
                    "RUN cat /o");
        }
        inside(
                "copy-to-links",
                "RUN ln -s $UP$M/out /app && ln -s $M/out/l /l",
                "COPY f /app/f",
                "COPY f /l",
                "WORKDIR /app",
                "COPY f ./g",
                "RUN ls /app/f /app/g");
        refused("forged-whiteout", "begins with .wh.", "RUN touch /.wh.etc");
        refused("insecure-unasked", "security.insecure is not allowed", "RUN --security=insecure id");
        refused("host-network-unasked", "network.host is not allowed", "RUN --network=host id");
    }
}
