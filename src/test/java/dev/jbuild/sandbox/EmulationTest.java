package dev.jbuild.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jbuild.oci.Platform;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EmulationTest {
    private static final Platform AMD64 = new Platform("linux", "amd64");
    private static final String ARM64_MAGIC = "7f454c460201010000000000000000000200b700";
    private static final String ARM64_MASK = "ffffffffffffff00fffffffffffffffffeffffff";
    private static final String S390X_MAGIC = "7f454c4602020100000000000000000000020016";
    private static final String S390X_MASK = "ffffffffffffff00fffffffffffffffffffeffff";

    @TempDir
    private Path formats;

    private void register(String name, String state, String flags, String magic, String mask) throws IOException {
        Files.writeString(
                formats.resolve(name),
                state + "\ninterpreter /usr/bin/" + name + "\nflags: " + flags + "\noffset 0\nmagic " + magic
                        + "\nmask " + mask + "\n");
    }

    private boolean runs(String os, String architecture) {
        return new Emulation(formats, AMD64)
                .obstacle(new Platform(os, architecture))
                .isEmpty();
    }

    private String obstacle(String architecture) {
        return new Emulation(formats, AMD64)
                .obstacle(new Platform("linux", architecture))
                .orElseThrow()
                .what();
    }

    @Test
    void theMachinesOwnAndItsForerunners() {
        assertThat(runs("linux", "amd64")).isTrue();
        assertThat(runs("linux", "386")).isTrue();
        assertThat(new Emulation(formats, AMD64).obstacle(new Platform("linux", "amd64", "v3", "")))
                .isEmpty();
        assertThat(runs("linux", "arm64")).isFalse();
        Emulation arm = new Emulation(formats, new Platform("linux", "arm64"));
        assertThat(arm.obstacle(new Platform("linux", "arm", "v7", ""))).isEmpty();
        assertThat(arm.obstacle(AMD64)).isPresent();
    }

    @Test
    void whatAnEmulatorIsRegisteredFor() throws IOException {
        register("qemu-aarch64", "enabled", "POCF", ARM64_MAGIC, ARM64_MASK);
        register("qemu-s390x", "enabled", "F", S390X_MAGIC, S390X_MASK);
        Files.writeString(formats.resolve("status"), "enabled\n");
        Files.writeString(formats.resolve("cli"), "enabled\ninterpreter /usr/bin/cli\nflags: F\nextension .exe\n");
        assertThat(runs("linux", "arm64")).isTrue();
        assertThat(runs("linux", "s390x")).isTrue();
        assertThat(runs("linux", "riscv64")).isFalse();
    }

    @Test
    void oneThatContainersCantUse() throws IOException {
        register("qemu-aarch64", "enabled", "OC", ARM64_MAGIC, ARM64_MASK);
        assertThat(obstacle("arm64")).contains("without the flag F");
        register("qemu-s390x", "disabled", "F", S390X_MAGIC, S390X_MASK);
        assertThat(obstacle("s390x"))
                .isEqualTo("steps for linux/s390x can't run on this linux/amd64 machine:"
                        + " no emulator for them is registered");
    }

    @ParameterizedTest
    @ValueSource(strings = {"windows", "darwin"})
    void otherSystems(String os) {
        assertThat(runs(os, "amd64")).isFalse();
    }

    @Test
    void noListAndUnknownProcessors() {
        Emulation none = new Emulation(formats.resolve("missing"), AMD64);
        assertThat(none.obstacle(new Platform("linux", "arm64"))).isPresent();
        assertThat(none.obstacle(new Platform("linux", "bar"))).isPresent();
    }
}
