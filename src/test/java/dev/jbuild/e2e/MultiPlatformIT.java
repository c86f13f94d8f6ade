package dev.jbuild.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MultiPlatformIT extends EndToEnd {
    private static final String PLATFORMS = "linux/s390x,linux/riscv64,local";

    @BeforeEach
    void importBase() {
        jbuild.withBusybox();
    }

    @Test
    void anIndexIsBuiltKeptAndLookedInto() throws IOException {
        write(
                "Buildfile",
                "FROM --platform=$BUILDPLATFORM busybox AS build\nRUN date +%N > /shared\nARG TARGETARCH\n"
                        + "RUN echo $TARGETARCH > /arch\n"
                        + "FROM scratch\nCOPY --from=build /bin /bin\nCOPY --from=build /arch /shared /\nENTRYPOINT [\"/bin/cat\"]\n");
        Program.Result built = jbuild.run(
                        "build",
                        "--platform",
                        PLATFORMS,
                        "-t",
                        "m",
                        "--iidfile",
                        "id",
                        "-o",
                        "type=local,dest=tree",
                        ".")
                .succeeded();
        assertThat(built.err().lines().filter(line -> line.matches("#[0-9]+ .*RUN date \\+%N > /shared")))
                .hasSize(1);
        assertThat(built.err()).contains("->s390x build");
        String shared = Files.readString(work().resolve("tree/linux_s390x/shared"));
        assertThat(work().resolve("tree/linux_riscv64/shared")).hasContent(shared);
        assertThat(work().resolve("tree/linux_riscv64/arch")).hasContent("riscv64");
        assertThat(jbuild.run("run", "m", "/shared").succeeded().out()).isEqualTo(shared);
        assertThat(jbuild.run("inspect", "--platform", "linux/s390x", "-f", "{{.Architecture}}", "m")
                        .succeeded()
                        .out())
                .isEqualTo("s390x\n");
        assertThat(jbuild.run("history", "--platform", "linux/riscv64", "m")
                        .succeeded()
                        .out())
                .contains("COPY /arch /shared /");
        String id = Files.readString(work().resolve("id"));
        assertThat(jbuild.run("inspect", "-f", "{{.Id}}", id).succeeded().out())
                .isEqualTo(
                        jbuild.run("inspect", "-f", "{{.Id}}", "m").succeeded().out());
    }

    @Test
    void anArchiveOfAnIndexIsLoadedWhole() {
        write("Buildfile", "FROM scratch\nARG TARGETARCH\nLABEL arch=$TARGETARCH\nCOPY Buildfile /\n");
        jbuild.run("build", "--platform", PLATFORMS, "-o", "type=oci,dest=m.tar,name=m:1", ".")
                .succeeded();
        jbuild.run("load", "-i", "m.tar").succeeded();
        assertThat(jbuild.run("inspect", "--platform", "linux/riscv64", "-f", "{{.Config.Labels.arch}}", "m:1")
                        .succeeded()
                        .out())
                .isEqualTo("riscv64\n");
        assertThat(jbuild.run("build", "--platform", PLATFORMS, "-o", "type=docker,dest=x", ".")
                        .err())
                .contains("holds one image, not an index");
    }

    @Test
    void foreignProcessesAreRefusedBeforeAnythingRuns() {
        write(
                "Buildfile",
                "FROM busybox AS a\nRUN touch /done\nFROM scratch\nCOPY --from=a /done /\nRUN [\"/done\"]\n");
        Program.Result result = jbuild.run("build", "--platform", "linux/mips", ".");
        assertThat(result.status()).isNotZero();
        assertThat(result.err())
                .contains("steps for linux/mips can't run on this")
                .contains(">>> RUN [\"/done\"]")
                .doesNotContain("RUN touch /done\n#");
    }
}
