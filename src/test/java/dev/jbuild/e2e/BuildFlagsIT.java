package dev.jbuild.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Flags of build that hold in place of the Buildfile, or in addition to it. */
@CalledInProcess
class BuildFlagsIT extends EndToEnd {
    @BeforeEach
    void base() {
        jbuild.withBusybox();
    }

    @Test
    void everyRunHasTheMountsOfTheCommandLine() {
        write("data", "from the context");
        write(
                "Buildfile",
                "FROM busybox AS tool\nRUN echo tool > /t\nFROM busybox\nRUN cat /m/data /c && ls -d /cache\n");
        jbuild.run(
                        "build",
                        "--progress=plain",
                        "--target=stage-1",
                        "--mount=type=bind,target=/m",
                        "--mount",
                        "type=bind,from=busybox,source=/etc/passwd,target=/c",
                        "--mount=type=cache,target=/cache",
                        ".")
                .ended(1);
        write("Buildfile", "FROM busybox AS tool\nRUN cat /m/data && ls -d /cache\n");
        assertThat(jbuild.run(
                                "build",
                                "--progress=plain",
                                "--mount=type=bind,target=/m",
                                "--mount=type=cache,target=/cache",
                                ".")
                        .succeeded()
                        .err())
                .contains("from the context", "/cache");
    }

    @Test
    void directoriesOfThisMachine() throws IOException {
        Path host = Files.createDirectory(temp.resolve("host"));
        Files.writeString(host.resolve("a"), "1");
        write("Buildfile", "FROM busybox\nRUN cat /v/a > /seen; echo new > /v/b; cat /v/b\n");
        String volume = host + ":/v";
        assertThat(jbuild.run("build", "-v", volume, ".").ended(1).err())
                .contains("entitlement host.mount is not allowed", "--allow host.mount");
        assertThat(host.resolve("b")).doesNotExist();
        assertThat(jbuild.run("build", "-v", volume + ":ro", ".").ended(1).err())
                .contains("Read-only file system");
        jbuild.run("build", "-v", volume + ":O", "-t", "x", ".").succeeded();
        assertThat(host.resolve("b")).doesNotExist();
        assertThat(jbuild.run("run", "x", "sh", "-c", "cat /seen; ! test -e /v")
                        .succeeded()
                        .out())
                .isEqualTo("1");
        jbuild.run("build", "--allow=host.mount", "--volume", volume, ".").succeeded();
        assertThat(host.resolve("b")).hasContent("new");
    }

    @Test
    void whatAVolumeHoldsCountsUnlessStepsCanChangeIt() throws IOException {
        Path host = Files.createDirectory(temp.resolve("host"));
        Files.writeString(host.resolve("a"), "1");
        write("Buildfile", "FROM busybox\nRUN cat /v/a\n");
        String[] reading = {"build", "--progress=plain", "-v", host + ":/v:ro", "."};
        String[] writing = {"build", "--progress=plain", "--allow=host.mount", "-v", host + ":/v", "."};
        jbuild.run(reading).succeeded();
        jbuild.run(writing).succeeded();
        assertThat(jbuild.run(reading).succeeded().err()).contains("CACHED");
        Files.writeString(host.resolve("a"), "2");
        assertThat(jbuild.run(reading).succeeded().err()).doesNotContain("CACHED");
        assertThat(jbuild.run(writing).succeeded().err()).contains("CACHED");
    }

    @Test
    void theFirstStageStartsFromAnotherImage() {
        write("Buildfile", "FROM busybox\nRUN echo base > /base\n");
        jbuild.run("build", "-t", "other", ".").succeeded();
        write(
                "Buildfile",
                "FROM nowhere.invalid/x AS first\nRUN cat /base\nFROM busybox\nRUN ! test -e /base\n"
                        + "COPY --from=first /base /copied\n");
        jbuild.run("build", "--from=other", ".").succeeded();
    }

    @Test
    void policiesConvertAndDeny() {
        write("Buildfile", "FROM nowhere.invalid/x:1\nCOPY Buildfile /\n");
        write(
                "convert.json",
                "{\"rules\": [{\"action\": \"CONVERT\", \"selector\": {\"identifier\": \"docker-image://nowhere.invalid/x:*\"},"
                        + " \"updates\": {\"identifier\": \"docker-image://docker.io/library/busybox:latest\"}}]}");
        jbuild.run("build", "--source-policy-file", "convert.json", ".").succeeded();
        write(
                "deny.json",
                "{\"rules\": [{\"action\": \"DENY\", \"selector\": {\"identifier\": \"local://context\"}}]}");
        write("Buildfile", "FROM busybox\nCOPY Buildfile /\n");
        assertThat(jbuild.run("build", "--source-policy-file=deny.json", ".")
                        .ended(1)
                        .err())
                .contains("source \"local://context\" denied by policy");
        write("Buildfile", "FROM busybox\nADD http://nowhere.invalid/a /\nRUN touch /ran\n");
        write("deny.json", "{\"rules\": [{\"action\": \"DENY\", \"selector\": {\"identifier\": \"http*\"}}]}");
        assertThat(jbuild.run("build", "--source-policy-file=deny.json", ".")
                        .ended(1)
                        .err())
                .contains("source \"http://nowhere.invalid/a\" denied by policy", "Buildfile:2");
    }
}
