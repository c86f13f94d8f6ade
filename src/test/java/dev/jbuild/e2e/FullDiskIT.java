package dev.jbuild.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A store on a disk that has no space. */
class FullDiskIT extends EndToEnd {
    private static final int BIG = 30_000_000;

    private Program full;

    @AfterEach
    void unmount() {
        Program.shell("umount '" + disk() + "'");
    }

    private Path disk() {
        return temp.resolve("disk");
    }

    private static byte[] noise() {
        byte[] bytes = new byte[BIG];
        new Random(1).nextBytes(bytes);
        return bytes;
    }

    private void refused(String... args) {
        assertThat(full.run(args).ended(125).err())
                .containsIgnoringCase("no space left")
                .contains("jbuild prune");
    }

    private void nothingIsLeft() throws IOException {
        try (Stream<Path> left = Files.list(full.root().resolve("ingest"))) {
            assertThat(left).isEmpty();
        }
        full.run("store", "verify", "-q").succeeded();
    }

    @Test
    void whatFindsNoSpaceSaysSoAndLeavesTheStoreAsItWas() throws Exception {
        Files.createDirectory(disk());
        Program.shell("mount -t tmpfs -o size=24m none '" + disk() + "'");
        full = new Program(disk().resolve("root"), work()).withBusybox();
        jbuild.withBusybox();
        Files.write(Files.createDirectory(work().resolve("context")).resolve("big"), noise());
        write("copy", "FROM busybox\nCOPY big /\n");
        write("run", "FROM busybox\nRUN head -c " + BIG + " /dev/zero > /big\n");
        jbuild.run("build", "-q", "-t", "big", "-f", "copy", "context").succeeded();
        jbuild.run("save", "-o", "big.tar", "big").succeeded();

        assertThat(full.run("build", "-f", "run", "context").ended(1).err())
                .contains("the file system of the store at " + full.root() + " is full", "jbuild prune");
        refused("build", "-f", "copy", "context");
        refused("load", "-i", "big.tar");
        refused("import", "big.tar", "imported");
        nothingIsLeft();

        write("small", "FROM busybox\nRUN head -c 9000000 /dev/zero > /big\n");
        full.run("build", "-q", "-t", "small", "-f", "small", "context").succeeded();
        full.run("rmi", "small").succeeded();
        Program.shell("cat /dev/zero > '" + disk() + "/rest' 2>/dev/null || true");
        assertThat(full.run("images").succeeded().out()).contains("busybox");
        assertThat(full.run("prune", "-af").succeeded().out()).contains("Deleted", "1 layer");
        Files.delete(disk().resolve("rest"));
        nothingIsLeft();
        full.run("build", "-q", "-t", "small", "-f", "small", "context").succeeded();
    }
}
