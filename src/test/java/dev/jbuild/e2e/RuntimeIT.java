package dev.jbuild.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Builds and runs whose containers an OCI runtime makes. */
class RuntimeIT extends EndToEnd {
    @BeforeEach
    void importBase() {
        jbuild.withBusybox();
    }

    @Test
    void layersAreTheSameWhoeverRunsTheSteps() {
        write("secret", "s3cret");
        write(
                "Buildfile",
                "FROM busybox\nRUN <<EOF\n#!/bin/sh\necho heredoc > /h\nEOF\n"
                        + "RUN --mount=type=secret,id=s,target=/run/s --mount=type=cache,target=/c"
                        + " wc -c < /run/s > /size && mkdir /d && chown 3:4 /d && echo x > /c/x\n"
                        + "WORKDIR /w\nRUN chmod 777 /w\nUSER 7\nRUN pwd > /w/pwd\n");
        jbuild.env("SOURCE_DATE_EPOCH", "1000000000");
        String own = layers("native");
        assertThat(layers("crun", "--runtime=crun")).isEqualTo(own);
        assertThat(layers("runc", "--runtime=runc")).isEqualTo(own);
    }

    private String layers(String name, String... more) {
        String[] words = {
            "build",
            "--no-cache",
            "-q",
            "--secret",
            "id=s,src=secret",
            "-o",
            "type=image,name=" + name + ",rewrite-timestamp=true"
        };
        String[] all = Stream.of(words, more, new String[] {"."})
                .flatMap(Arrays::stream)
                .toArray(String[]::new);
        jbuild.run(all).succeeded();
        return jbuild.run("inspect", "-f", "{{json .RootFS}}", name).succeeded().out();
    }

    @Test
    void whatCannotBeDoneIsRefused() {
        assertThat(jbuild.run("run", "--runtime=crun", "busybox", "sh", "-c", "exit 7")
                        .status())
                .isEqualTo(7);
        Program.Result missing = jbuild.run("run", "--runtime=no-such-runtime", "busybox", "true");
        assertThat(missing.status()).isEqualTo(125);
        assertThat(missing.err()).contains("ERROR: --runtime=no-such-runtime: there is no such program in the PATH");
        assertThat(jbuild.run("run", "-d", "--runtime=crun", "busybox", "true").status())
                .isEqualTo(2);
        assertThat(jbuild.run("run", "--runtime=crun", "--userns=auto", "busybox", "true")
                        .err())
                .contains("--userns=auto is not for --runtime");
        write("Buildfile", "FROM busybox\nRUN true\n");
        assertThat(jbuild.run("build", "--runtime=crun", "--isolation=chroot", ".")
                        .status())
                .isEqualTo(2);
    }
}
