package dev.jbuild.sys;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LinuxTest {
    @TempDir
    Path directory;

    @Test
    void makesAndReadsBackEveryKindOfFile() throws Exception {
        try (Fd dir = Linux.openDirectory(directory)) {
            Linux.mkdirat(dir, RawPath.of("d"), 0700);
            Linux.symlinkat("target é".getBytes(UTF_8), dir, RawPath.of("s"));
            Linux.mknodat(dir, RawPath.of("p"), Stat.FIFO | 0600, 0, 0);
            write(dir, RawPath.of("f"), "content");
            Linux.linkat(dir, RawPath.of("f"), dir, RawPath.of("d/g"));

            assertThat(Linux.lstat(dir, RawPath.of("d")).isDirectory()).isTrue();
            assertThat(Linux.lstat(dir, RawPath.of("s")).isSymlink()).isTrue();
            assertThat(Linux.lstat(dir, RawPath.of("p")).type()).isEqualTo(Stat.FIFO);
            Stat file = Linux.lstat(dir, RawPath.of("f"));
            assertThat(file.size()).isEqualTo(7);
            assertThat(file.links()).isEqualTo(2);
            assertThat(Linux.lstat(dir, RawPath.of("d/g")).inode()).isEqualTo(file.inode());
            assertThat(Linux.readlinkat(dir, RawPath.of("s"))).isEqualTo("target é".getBytes(UTF_8));
            try (Fd open = Linux.openat(dir, RawPath.of("f"), Linux.O_RDONLY, 0);
                    InputStream in = open.input()) {
                assertThat(Linux.fstat(open)).isEqualTo(file);
                assertThat(in.readAllBytes()).isEqualTo("content".getBytes(UTF_8));
            }
        }
    }

    @Test
    void listsNamesThatAreNotText() throws Exception {
        Set<RawPath> names = new HashSet<>();
        try (Fd dir = Linux.openDirectory(directory)) {
            for (int i = 0; i < 1500; i++) {
                names.add(RawPath.of(("name that takes room " + i).getBytes(UTF_8)));
            }
            names.add(RawPath.of(new byte[] {(byte) 0xff, 'a'}));
            names.add(RawPath.of("..."));
            for (RawPath name : names) {
                write(dir, name, "");
            }
        }
        try (Fd dir = Linux.openDirectory(directory)) {
            assertThat(Linux.list(dir)).extracting(DirectoryItem::name).containsExactlyInAnyOrderElementsOf(names);
        }
        try (Fd dir = Linux.openDirectory(directory)) {
            assertThat(Linux.list(dir)).extracting(DirectoryItem::type).containsOnly(Stat.FILE);
        }
    }

    @Test
    void timesKeepNanosecondsAlsoOnSymlinks() throws Exception {
        try (Fd dir = Linux.openDirectory(directory)) {
            Linux.symlinkat(new byte[] {'x'}, dir, RawPath.of("s"));
            Linux.utimensat(dir, RawPath.of("s"), -5, 123456789);
            assertThat(Linux.lstat(dir, RawPath.of("s")).mtimeSeconds()).isEqualTo(-5);
            assertThat(Linux.lstat(dir, RawPath.of("s")).mtimeNanos()).isEqualTo(123456789);
        }
    }

    @Test
    void aFailureTellsCallArgumentsAndErrno() throws Exception {
        try (Fd dir = Linux.openDirectory(directory)) {
            assertThatThrownBy(() -> Linux.lstat(dir, RawPath.of("absent")))
                    .isInstanceOfSatisfying(SyscallException.class, e -> {
                        assertThat(e.errno()).isEqualTo(Errno.ENOENT);
                        assertThat(e.call()).isEqualTo("statx");
                    })
                    .hasMessage("statx absent: no such file or directory");
            assertThatThrownBy(() -> Linux.rmdirat(dir, RawPath.of("absent")))
                    .hasMessageContaining("no such file or directory");
        }
    }

    @Test
    void openat2KeepsAPathInside() throws Exception {
        Files.createDirectories(directory.resolve("root/etc"));
        Files.writeString(directory.resolve("root/etc/passwd"), "inside");
        Files.createSymbolicLink(directory.resolve("root/abs"), Path.of("/etc/passwd"));
        Files.createSymbolicLink(directory.resolve("root/up"), Path.of("../../../../etc/passwd"));
        try (Fd root = Linux.openDirectory(directory.resolve("root"))) {
            for (String link : new String[] {"abs", "up"}) {
                try (Fd file = Linux.openat2(root, RawPath.of(link), Linux.O_RDONLY, 0, Linux.RESOLVE_IN_ROOT);
                        InputStream in = file.input()) {
                    assertThat(new String(in.readAllBytes(), UTF_8)).isEqualTo("inside");
                }
                assertThatThrownBy(
                                () -> Linux.openat2(root, RawPath.of(link), Linux.O_RDONLY, 0, Linux.RESOLVE_BENEATH))
                        .isInstanceOfSatisfying(
                                SyscallException.class,
                                e -> assertThat(e.errno()).isEqualTo(Errno.EXDEV));
                assertThatThrownBy(() ->
                                Linux.openat2(root, RawPath.of(link), Linux.O_RDONLY, 0, Linux.RESOLVE_NO_SYMLINKS))
                        .isInstanceOfSatisfying(
                                SyscallException.class,
                                e -> assertThat(e.errno()).isEqualTo(Errno.ELOOP));
                assertThatThrownBy(() -> Linux.openat(root, RawPath.of(link), Linux.O_RDONLY, 0))
                        .isInstanceOfSatisfying(
                                SyscallException.class,
                                e -> assertThat(e.errno()).isEqualTo(Errno.ELOOP));
            }
        }
    }

    @Test
    void copiesInsideTheKernel() throws Exception {
        try (Fd dir = Linux.openDirectory(directory)) {
            write(dir, RawPath.of("a"), "0123456789");
            try (Fd from = Linux.openat(dir, RawPath.of("a"), Linux.O_RDONLY, 0);
                    Fd to = Linux.openat(dir, RawPath.of("b"), Linux.O_WRONLY | Linux.O_CREAT, 0600)) {
                Linux.seek(from, 4);
                assertThat(Linux.copyFileRange(from, to, 100)).isEqualTo(6);
                assertThat(Linux.copyFileRange(from, to, 100)).isZero();
                Linux.fsync(to);
            }
            Linux.renameat2(dir, RawPath.of("b"), dir, RawPath.of("c"), Linux.RENAME_NOREPLACE);
            assertThatThrownBy(
                            () -> Linux.renameat2(dir, RawPath.of("a"), dir, RawPath.of("c"), Linux.RENAME_NOREPLACE))
                    .hasMessageContaining("file exists");
            Linux.syncfs(dir);
        }
        assertThat(Files.readString(directory.resolve("c"))).isEqualTo("456789");
    }

    @Test
    void closingTwiceIsHarmless() throws Exception {
        Fd dir = Linux.openDirectory(directory);
        dir.close();
        dir.close();
        assertThatThrownBy(dir::number).isInstanceOf(IllegalStateException.class);
    }

    @Test
    @Tag("kernel")
    void rootSetsOwnersAttributesAndDevices() throws Exception {
        try (Fd dir = Linux.openDirectory(directory)) {
            Linux.symlinkat(new byte[] {'x'}, dir, RawPath.of("s"));
            Linux.fchownat(dir, RawPath.of("s"), 4_000_000_000L, 70000);
            assertThat(Linux.lstat(dir, RawPath.of("s")).uid()).isEqualTo(4_000_000_000L);
            assertThat(Linux.lstat(dir, RawPath.of("s")).gid()).isEqualTo(70000);

            byte[] value = new byte[3000];
            value[2999] = (byte) 0xff;
            Linux.setxattr(dir, RawPath.of("s"), "trusted.a", value);
            Linux.setxattr(dir, RawPath.of("s"), "trusted.é", new byte[0]);
            assertThat(Linux.listxattr(dir, RawPath.of("s")))
                    .containsExactlyInAnyOrder("trusted.a", new String("trusted.é".getBytes(ISO_8859_1), ISO_8859_1));
            assertThat(Linux.getxattr(dir, RawPath.of("s"), "trusted.a")).isEqualTo(value);
            assertThat(Linux.getxattr(dir, RawPath.of("s"), "trusted.é")).isEmpty();
            Linux.removexattr(dir, RawPath.of("s"), "trusted.a");
            assertThat(Linux.listxattr(dir, RawPath.of("s"))).hasSize(1);

            Linux.mknodat(dir, RawPath.of("w"), Stat.CHARACTER_DEVICE, 0, 0);
            Linux.mknodat(dir, RawPath.of("b"), Stat.BLOCK_DEVICE | 0640, 259, 300_000);
            Stat device = Linux.lstat(dir, RawPath.of("b"));
            assertThat(device.type()).isEqualTo(Stat.BLOCK_DEVICE);
            assertThat(device.deviceMajor()).isEqualTo(259);
            assertThat(device.deviceMinor()).isEqualTo(300_000);
            Linux.fchmodat(dir, RawPath.of("b"), 04755);
            assertThat(Linux.lstat(dir, RawPath.of("b")).permissions()).isEqualTo(04755);
        }
    }

    private static void write(Fd dir, RawPath name, String text) throws Exception {
        try (Fd file = Linux.openat(dir, name, Linux.O_WRONLY | Linux.O_CREAT | Linux.O_EXCL, 0644);
                OutputStream out = file.output()) {
            out.write(text.getBytes(UTF_8));
        }
    }
}
