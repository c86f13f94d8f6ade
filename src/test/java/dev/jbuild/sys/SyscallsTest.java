package dev.jbuild.sys;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Both ways of making calls do the same, with the same errors; what they did is looked at by Java. */
@ParameterizedClass
@MethodSource("ways")
class SyscallsTest {
    private static final int NOFOLLOW = 0x100;
    private static final int CREATE = 01 | 0100 | 02000000;

    private final Syscalls calls;

    @TempDir
    Path base;

    private int dir;

    SyscallsTest(Syscalls calls) {
        this.calls = calls;
    }

    static List<Syscalls> ways() {
        return List.of(JniSyscalls.load(), new JnrSyscalls());
    }

    @BeforeEach
    void open() {
        dir = calls.openat(-100, nul(base.toString()), calls.directoryFlag() | 02000000, 0);
        assertThat(dir).isNotNegative();
    }

    @AfterEach
    void close() {
        assertThat(calls.close(dir)).isZero();
        assertThat(calls.close(dir)).isEqualTo(-Errno.EBADF.number());
    }

    @Test
    void madeWhereTheyAreUsed() {
        assertThat(Syscalls.ofThisMachine()).isInstanceOf(JniSyscalls.class);
    }

    @Test
    void flagsAreThoseOfTheMachine() throws Exception {
        Files.createSymbolicLink(base.resolve("link"), Path.of("."));
        Files.createFile(base.resolve("file"));
        assertThat(calls.openat(dir, nul("link"), calls.noFollowFlag(), 0)).isEqualTo(-Errno.ELOOP.number());
        assertThat(calls.openat(dir, nul("file"), calls.directoryFlag(), 0)).isEqualTo(-Errno.ENOTDIR.number());
    }

    @Test
    void contentGoesBothWaysInParts() throws Exception {
        byte[] content = new byte[200_000];
        new Random(7).nextBytes(content);
        int fd = calls.openat(dir, nul("f"), CREATE, 0640);
        int at = 10;
        while (at < content.length) {
            long written = calls.write(fd, content, at, content.length - at);
            assertThat(written).isBetween(1L, 65536L);
            at += (int) written;
        }
        assertThat(calls.fsync(fd)).isZero();
        assertThat(calls.syncfs(fd)).isZero();
        assertThat(calls.close(fd)).isZero();
        assertThat(Files.readAllBytes(base.resolve("f"))).isEqualTo(Arrays.copyOfRange(content, 10, content.length));

        fd = calls.openat(dir, nul("f"), 0, 0);
        byte[] back = new byte[content.length];
        assertThat(calls.lseek(fd, 100_000, 0)).isEqualTo(100_000);
        assertThat(calls.read(fd, back, 5, 7)).isEqualTo(7);
        assertThat(Arrays.copyOfRange(back, 5, 12)).isEqualTo(Arrays.copyOfRange(content, 100_010, 100_017));
        assertThat(back[4]).isZero();
        assertThat(back[12]).isZero();
        assertThat(calls.lseek(fd, 0, 0)).isZero();
        assertThat(calls.read(fd, back, 0, back.length)).isEqualTo(65536);
        assertThat(calls.write(fd, content, 0, 1)).isEqualTo(-Errno.EBADF.number());
        assertThat(calls.close(fd)).isZero();
    }

    @Test
    void namesOfAllKindsAreMadeMovedAndRemoved() throws Exception {
        assertThat(calls.mkdirat(dir, nul("d"), 0700)).isZero();
        assertThat(calls.mkdirat(dir, nul("d"), 0700)).isEqualTo(-Errno.EEXIST.number());
        assertThat(calls.mknodat(dir, nul("d/p"), 010000 | 0600, 0)).isZero();
        assertThat(calls.symlinkat(nul("target é"), dir, nul("s"))).isZero();
        assertThat(Files.readSymbolicLink(base.resolve("s"))).isEqualTo(Path.of("target é"));
        byte[] target = new byte[4096];
        assertThat(calls.readlinkat(dir, nul("s"), target)).isEqualTo(9);
        assertThat(new String(target, 0, 9, UTF_8)).isEqualTo("target é");
        assertThat(calls.readlinkat(dir, nul("d"), target)).isEqualTo(-Errno.EINVAL.number());
        assertThat(calls.linkat(dir, nul("s"), dir, nul("d/t"), 0)).isZero();
        assertThat(calls.renameat2(dir, nul("s"), dir, nul("u"), Linux.RENAME_NOREPLACE))
                .isZero();
        assertThat(calls.renameat2(dir, nul("u"), dir, nul("d"), Linux.RENAME_NOREPLACE))
                .isEqualTo(-Errno.EEXIST.number());
        assertThat(names(base)).containsExactlyInAnyOrder("d", "u");
        assertThat(names(base.resolve("d"))).containsExactlyInAnyOrder("p", "t");
        assertThat(calls.unlinkat(dir, nul("d"), 0x200)).isEqualTo(-Errno.ENOTEMPTY.number());
        assertThat(calls.unlinkat(dir, nul("d/p"), 0)).isZero();
        assertThat(calls.unlinkat(dir, nul("d/t"), 0)).isZero();
        assertThat(calls.unlinkat(dir, nul("d"), 0x200)).isZero();
        assertThat(names(base)).containsExactly("u");
    }

    @Test
    void entriesAreListed() throws Exception {
        for (String name : List.of("a", "é", "a name that is longer")) {
            Files.createFile(base.resolve(name));
        }
        byte[] entries = new byte[16384];
        int length = (int) calls.getdents64(dir, entries);
        String text = new String(entries, 0, length, UTF_8);
        assertThat(text).contains("\0").contains("a name that is longer").contains("é");
        assertThat(calls.getdents64(dir, entries)).isZero();
    }

    @Test
    void metadataIsSetAndRead() throws Exception {
        Path file = Files.createFile(base.resolve("f"));
        Files.createSymbolicLink(base.resolve("s"), Path.of("f"));
        assertThat(calls.fchmodat(dir, nul("f"), 0604)).isZero();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw----r--");
        assertThat(calls.utimensat(dir, nul("s"), 1_000_000_007L, 123_456_789, NOFOLLOW))
                .isZero();
        assertThat(Files.getAttribute(base.resolve("s"), "lastModifiedTime", java.nio.file.LinkOption.NOFOLLOW_LINKS))
                .isEqualTo(FileTime.from(Instant.ofEpochSecond(1_000_000_007L, 123_456_789)));
        int mine = calls.geteuid();
        assertThat(mine).isEqualTo(Files.getAttribute(file, "unix:uid"));
        int gid = (int) Files.getAttribute(file, "unix:gid");
        assertThat(calls.fchownat(dir, nul("s"), mine, gid, NOFOLLOW)).isZero();
        assertThat(calls.fchownat(dir, nul("none"), mine, gid, NOFOLLOW)).isEqualTo(-Errno.ENOENT.number());
        int fd = calls.openat(dir, nul("f"), 1, 0);
        assertThat(calls.ftruncate(fd, 77)).isZero();
        assertThat(calls.fchmod(fd, 0600)).isZero();
        assertThat(calls.close(fd)).isZero();

        byte[] into = new byte[256];
        assertThat(calls.statx(dir, nul("f"), NOFOLLOW, 0x7ff, into)).isZero();
        ByteBuffer stat = ByteBuffer.wrap(into).order(ByteOrder.nativeOrder());
        assertThat(stat.getShort(28) & 0xffff).isEqualTo(0100600);
        assertThat(stat.getLong(40)).isEqualTo(77);
        assertThat(stat.getLong(32)).isEqualTo(Files.getAttribute(file, "unix:ino"));
        assertThat(calls.statx(dir, nul("f/x"), NOFOLLOW, 0x7ff, into)).isEqualTo(-Errno.ENOTDIR.number());
    }

    @Test
    void attributesAreSetAndRead() throws Exception {
        Path file = Files.createFile(base.resolve("f"));
        byte[] path = nul(file.toString());
        byte[] value = new byte[3000];
        new Random(3).nextBytes(value);
        byte[] into = new byte[256];
        assertThat(calls.lgetxattr(path, nul("user.a"), into)).isEqualTo(-Errno.ENODATA.number());
        assertThat(calls.lsetxattr(path, nul("user.a"), value)).isZero();
        assertThat(calls.lsetxattr(path, nul("user.empty"), new byte[0])).isZero();
        assertThat(calls.lgetxattr(path, nul("user.a"), into)).isEqualTo(-Errno.ERANGE.number());
        byte[] large = new byte[65536];
        assertThat(calls.lgetxattr(path, nul("user.a"), large)).isEqualTo(3000);
        assertThat(Arrays.copyOf(large, 3000)).isEqualTo(value);
        assertThat(calls.lgetxattr(path, nul("user.empty"), into)).isZero();
        int length = (int) calls.llistxattr(path, into);
        assertThat(new String(into, 0, length, UTF_8).split("\0")).contains("user.a", "user.empty");
        assertThat(calls.lremovexattr(path, nul("user.a"))).isZero();
        assertThat(calls.lremovexattr(path, nul("user.a"))).isEqualTo(-Errno.ENODATA.number());
    }

    @Test
    void pathsStayInside() throws Exception {
        Files.createSymbolicLink(base.resolve("out"), Path.of("/"));
        Files.createDirectory(base.resolve("etc"));
        int root = calls.openat2(dir, nul("out/etc"), calls.directoryFlag() | 02000000, 0, Linux.RESOLVE_IN_ROOT);
        assertThat(root).isNotNegative();
        assertThat(calls.mkdirat(root, nul("made"), 0700)).isZero();
        assertThat(base.resolve("etc/made")).exists();
        assertThat(calls.close(root)).isZero();
        assertThat(calls.openat2(dir, nul("out"), 02000000, 0, Linux.RESOLVE_BENEATH))
                .isEqualTo(-Errno.EXDEV.number());
        Files.delete(base.resolve("out"));
    }

    @Test
    void pathsMayBeAsLongAsTheKernelTakesThem() {
        String longest = "d/".repeat(2047) + "d";
        assertThat(calls.mkdirat(dir, nul(longest), 0700)).isEqualTo(-Errno.ENOENT.number());
        assertThat(calls.mkdirat(dir, nul(longest + "d"), 0700)).isEqualTo(-Errno.ENAMETOOLONG.number());
        assertThat(calls.mkdirat(dir, nul("d".repeat(5000)), 0700)).isEqualTo(-Errno.ENAMETOOLONG.number());
    }

    @Test
    void theKernelCopies() throws Exception {
        byte[] content = new byte[100_000];
        new Random(5).nextBytes(content);
        Files.write(base.resolve("f"), content);
        int from = calls.openat(dir, nul("f"), 0, 0);
        int to = calls.openat(dir, nul("g"), CREATE, 0600);
        while (calls.copyFileRange(from, to, 1 << 20) > 0) {}
        assertThat(calls.copyFileRange(from, to, 1 << 20)).isZero();
        assertThat(calls.close(to)).isZero();
        assertThat(Files.readAllBytes(base.resolve("g"))).isEqualTo(content);
        // TCGETS: no terminal.
        assertThat(calls.ioctl(from, 0x5401, 0)).isEqualTo(-Errno.ENOTTY.number());
        assertThat(calls.close(from)).isZero();
    }

    private static List<String> names(Path directory) throws Exception {
        try (var files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }

    private static byte[] nul(String text) {
        return (text + "\0").getBytes(UTF_8);
    }
}
