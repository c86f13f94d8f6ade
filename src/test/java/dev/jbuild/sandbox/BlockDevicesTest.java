package dev.jbuild.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jbuild.problem.UserError;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BlockDevicesTest {
    @TempDir
    Path directory;

    @ParameterizedTest
    @CsvSource({"2049, 8:1", "65024, 254:0", "66309, 259:5", "1048577, 0:257", "17592186044416, 4096:0"})
    void numbersArePackedInSeveralPieces(long packed, String name) {
        assertThat(BlockDevices.name(packed)).isEqualTo(name);
    }

    @Test
    void aPartStandsForItsDisk() throws Exception {
        Path disk = Files.createDirectories(directory.resolve("devices/sda"));
        Files.writeString(disk.resolve("dev"), "8:0\n");
        Path part = Files.createDirectories(disk.resolve("sda1"));
        Files.writeString(part.resolve("dev"), "8:1\n");
        Files.writeString(part.resolve("partition"), "1\n");
        Path numbers = Files.createDirectories(directory.resolve("block"));
        Files.createSymbolicLink(numbers.resolve("8:0"), disk);
        Files.createSymbolicLink(numbers.resolve("8:1"), part);
        BlockDevices devices = new BlockDevices(numbers);
        assertThat(devices.disk(Path.of("/x"), "8:0")).isEqualTo("8:0");
        assertThat(devices.disk(Path.of("/x"), "8:1")).isEqualTo("8:0");
    }

    @Test
    void whatIsOnNoDiskIsRefused() {
        assertThatThrownBy(() -> new BlockDevices(directory).disk(Path.of("/proc"), "0:22"))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("/proc is on no disk of its own");
        IoLimits.Throttle missing = new IoLimits.Throttle(IoLimits.Kind.READ_BYTES, directory.resolve("no"), 1);
        assertThatThrownBy(() -> new BlockDevices().find(List.of(missing)))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("there is no device or file");
    }
}
