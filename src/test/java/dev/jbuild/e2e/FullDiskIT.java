package dev.jbuild.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jbuild.testing.DockerRegistry;
import dev.jbuild.testing.Needs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A store on a disk that has no space. */
class FullDiskIT extends EndToEnd {
    private static final int BIG = 30_000_000;
    private static final int UID = 1500;

    private Program full;
    private Path disk;
    private DockerRegistry registry;

    @BeforeEach
    void something() throws Exception {
        jbuild.withBusybox();
        registry = DockerRegistry.start(temp, "");
        Files.write(Files.createDirectory(work().resolve("context")).resolve("big"), noise());
        write("copy", "FROM busybox\nCOPY big /\n");
        write("run", "FROM busybox\nRUN head -c " + BIG + " /dev/zero > /big\n");
        write("small", "FROM busybox\nRUN head -c 9000000 /dev/zero > /big\n");
        jbuild.run("build", "-q", "-t", remote(), "-f", "copy", "context").succeeded();
        jbuild.run("push", "-q", remote()).succeeded();
        jbuild.run("save", "-o", "big.tar", remote()).succeeded();
    }

    private String remote() {
        return registry.domain() + "/big:1";
    }

    @AfterEach
    void unmount() {
        registry.close();
        Program.shell("umount '" + disk + "'");
    }

    private static byte[] noise() {
        byte[] bytes = new byte[BIG];
        new Random(1).nextBytes(bytes);
        return bytes;
    }

    private String at(String name) {
        return work().resolve(name).toString();
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
        disk = Files.createDirectory(temp.resolve("disk"));
        Program.shell("mount -t tmpfs -o size=24m none '" + disk + "'");
        full = new Program(disk.resolve("root"), work()).withBusybox();
        refuseAndGoOn("");
    }

    /** Of an ext4 a part is root's alone: the disk is full for others before it is full. */
    @Test
    void usersFindNoSpaceWhereRootStillHasSome() throws Exception {
        boolean installed = Program.shell("command -v mkfs.ext4 newuidmap || true").length > 0;
        Needs.machine(installed, "mkfs.ext4 or newuidmap is not installed");
        Path home = Files.createDirectory(temp.resolve("user"));
        TestUser user = new TestUser(home, "alice", UID, "alice:200000:65536\n");
        disk = Files.createDirectory(user.work().resolve("disk"));
        Program.shell("truncate -s 32m '" + home + "/image' && mkfs.ext4 -q -m 10 '" + home
                + "/image' && mount -o loop '"
                + home + "/image' '" + disk + "' && chown " + UID + ":" + UID + " '" + disk + "' && chmod 755 '" + temp
                + "' && chmod -R a+rX '" + work() + "'");
        full = new Program(disk.resolve("root"), user.work());
        full.within(user.command());
        full.launchedBy(user.launcher());
        full.run(jbuild.run("save", "busybox").succeeded().bytes(), "load", "-q")
                .succeeded();
        refuseAndGoOn("setpriv --reuid=" + UID + " --regid=" + UID + " --clear-groups ");
    }

    /** @param as what runs a command as the owner of the store */
    private void refuseAndGoOn(String as) throws Exception {
        assertThat(full.run("build", "-f", at("run"), at("context")).ended(1).err())
                .contains("the file system of the store at " + full.root() + " is full", "jbuild prune");
        refused("build", "-f", at("copy"), at("context"));
        refused("load", "-i", at("big.tar"));
        refused("pull", remote());
        refused("import", at("big.tar"), "imported");
        nothingIsLeft();

        full.run("build", "-q", "-t", "small", "-f", at("small"), at("context")).succeeded();
        full.run("rmi", "small").succeeded();
        Program.shell(as + "sh -c \"cat /dev/zero > '" + disk + "/rest' 2>/dev/null || true\"");
        assertThat(full.run("images").succeeded().out()).contains("busybox");
        assertThat(full.run("prune", "-af").succeeded().out()).contains("Deleted", "1 layer");
        Files.delete(disk.resolve("rest"));
        nothingIsLeft();
        full.run("build", "-q", "-t", "small", "-f", at("small"), at("context")).succeeded();
    }
}
