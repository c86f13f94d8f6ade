package dev.jbuild.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jbuild.layer.LayerIndex;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Directories of which nothing but the time is another one. */
@Tag("kernel")
class CaptureTimesTest {
    private static final Instant BEFORE = Instant.parse("2020-01-01T00:00:00Z");
    private static final Instant GIVEN = Instant.parse("2021-01-01T00:00:00Z");

    @TempDir
    Path temp;

    private Path upper = temp;
    private LayerIndex lower = LayerIndex.of(List.of());

    @BeforeEach
    void make() throws Exception {
        Path below = Files.createDirectory(temp.resolve("lower"));
        Files.setLastModifiedTime(Files.createDirectory(below.resolve("d")), FileTime.from(BEFORE));
        lower = Capture.capture(below, MergedView.of(List.of())).index();
        upper = Files.createDirectory(temp.resolve("upper"));
        Files.createDirectory(upper.resolve("d"));
    }

    private LayerIndex captured() throws Exception {
        return Capture.capture(upper, MergedView.of(List.of(lower))).index();
    }

    @Test
    void aTimeThatWasGivenIsInTheLayer() throws Exception {
        Files.setLastModifiedTime(upper.resolve("d"), FileTime.from(GIVEN));
        assertThat(captured().entries()).singleElement().satisfies(entry -> {
            assertThat(entry.path()).hasToString("d");
            assertThat(entry.mtimeSeconds()).isEqualTo(GIVEN.getEpochSecond());
        });
        assertThat(upper.resolve("d")).exists();
    }

    @Test
    void thatOfAChangeInItWhichLeftNothingIsNot() throws Exception {
        Files.delete(Files.createFile(upper.resolve("d/passing")));
        assertThat(captured().entries()).isEmpty();
        assertThat(upper.resolve("d")).doesNotExist();
    }

    @Test
    void theSameTimeAsBeforeIsNot() throws Exception {
        Files.setLastModifiedTime(upper.resolve("d"), FileTime.from(BEFORE));
        assertThat(captured().entries()).isEmpty();
    }
}
