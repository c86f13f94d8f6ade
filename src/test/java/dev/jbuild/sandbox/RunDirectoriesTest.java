package dev.jbuild.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunDirectoriesTest {
    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

    @TempDir
    Path scratch;

    @Test
    void whatWasLeftAsItWasIsTakenAgain() throws Exception {
        try (RunDirectories directories = new RunDirectories(scratch)) {
            Path first;
            try (RunDirectory directory = directories.take()) {
                directory.write("nameserver 192.0.2.1\n", "127.0.0.1 localhost\n");
                first = directory.directory();
                directory.leftAsItWas();
            }
            try (RunDirectory directory = directories.take();
                    RunDirectory other = directories.take()) {
                assertThat(directory.directory()).isEqualTo(first);
                assertThat(other.directory()).isNotEqualTo(first);
                directory.write("nameserver 192.0.2.2\n", "127.0.0.1 localhost\n");
                assertThat(directory.resolvConf()).hasContent("nameserver 192.0.2.2\n");
            }
        }
        assertThat(scratch).isEmptyDirectory();
    }

    @Test
    void afterAnythingElseItIsDeleted() throws Exception {
        try (RunDirectories directories = new RunDirectories(scratch)) {
            Path first;
            try (RunDirectory directory = directories.take()) {
                first = directory.directory();
            }
            try (RunDirectory directory = directories.take()) {
                assertThat(directory.directory()).isNotEqualTo(first);
            }
        }
        assertThat(scratch).isEmptyDirectory();
    }

    @Test
    void aReportIsForOneRunOnly() throws Exception {
        try (RunDirectories directories = new RunDirectories(scratch);
                RunDirectory directory = directories.take()) {
            assertThat(directory.takeReport()).isEmpty();
            Files.writeString(directory.status(), "exit\0");
            assertThat(directory.takeReport()).asString().isEqualTo("exit\0");
            assertThat(directory.takeReport()).isEmpty();
        }
    }

    @Test
    void sweepsAtOnceWhatAProcessLeftThatIsKnownToBeDead() throws Exception {
        Process process = new ProcessBuilder("true").start();
        process.onExit().join();
        Path left;
        try (RunDirectories directories = new RunDirectories(scratch);
                RunDirectory directory = directories.take()) {
            String own = directory.directory().getFileName().toString();
            left = Files.createDirectory(scratch.resolve(process.pid() + own.substring(own.indexOf('-'))));
            RunDirectories.sweep(scratch, Instant.now());
            assertThat(directory.directory()).exists();
        }
        assertThat(left).doesNotExist();
    }

    @Test
    void sweepsWhatDeadProcessesLeftLongAgo() throws Exception {
        Path dead = Files.createDirectories(scratch.resolve(Long.MAX_VALUE + "-1/inside"))
                .getParent();
        Path alive =
                Files.createDirectory(scratch.resolve(ProcessHandle.current().pid() + "-1"));
        Path recent = Files.createDirectory(scratch.resolve(Long.MAX_VALUE + "-2"));
        Path foreign = Files.createDirectory(scratch.resolve("not-ours"));
        for (Path old : new Path[] {dead, alive, foreign}) {
            Files.setLastModifiedTime(old, FileTime.from(NOW.minus(Duration.ofDays(2))));
        }
        Files.setLastModifiedTime(recent, FileTime.from(NOW));
        RunDirectories.sweep(scratch, NOW);
        assertThat(dead).doesNotExist();
        assertThat(alive).exists();
        assertThat(recent).exists();
        assertThat(foreign).exists();
    }
}
