package dev.jbuild.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jbuild.problem.JbuildException;
import dev.jbuild.testing.Swapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Containers that are set up while somebody swaps a directory on the way for a symlink that leads out, as another container
 * with the same cache or volume could. How often is {@code -Djbuild.races=1000}.
 */
@Tag("kernel")
@Timeout(3600)
class SymlinkRacesTest {
    private static final int COUNT = Integer.getInteger("jbuild.races", 12);

    @TempDir
    Path base;

    private TestContainer container;
    private Path machine;
    private Path shared;
    private int through;
    private Preparation beforeEach = () -> {};

    private interface Preparation {
        void run() throws IOException;
    }

    @BeforeEach
    void makeContainer() throws IOException {
        container = new TestContainer(base);
        machine = Files.createDirectories(base.resolve("machine/inner")).getParent();
        shared = Files.createDirectories(base.resolve("shared"));
        Files.createDirectory(shared.resolve("x"));
        container.mounts.add(new Mount.Bind(shared, "/v", false));
    }

    /** Whoever sets up may find the one or the other, or fail; outside nothing may change. */
    private void race(Path link) throws Exception {
        Files.createSymbolicLink(shared.resolve("link"), link);
        try (Swapper swapper = new Swapper(shared.resolve("x"), shared.resolve("link"))) {
            for (int i = 0; i < COUNT; i++) {
                beforeEach.run();
                try {
                    if (container.run("touch", "here").result().status() == 0) {
                        through++;
                    }
                } catch (JbuildException e) {
                    assertThat(e.getMessage()).isNotBlank();
                }
                try (Stream<Path> there = Files.walk(machine)) {
                    assertThat(there.map(path -> machine.relativize(path).toString()))
                            .as("run %d", i)
                            .containsExactlyInAnyOrder("", "inner");
                }
            }
            assertThat(swapper.isRunning()).isTrue();
        }
        System.out.printf("%d of %d runs went through, none wrote outside%n", through, COUNT);
    }

    @Test
    void mountDestinations() throws Exception {
        container.mounts.add(new Mount.Tmpfs("/v/x/inner/tmpfs", Optional.empty(), 0755, false));
        container.mounts.add(new Mount.Bind(container.image.resolve("bin"), "/v/x/inner/bound", true));
        ByteBuffer text = StandardCharsets.UTF_8.encode("text");
        container.mounts.add(new Mount.Content("/v/x/inner/file", text, 0644, 0, 0));
        race(machine);
        assertThat(through).isPositive();
    }

    @Test
    void mountDestinationsByDots() throws Exception {
        container.mounts.add(new Mount.Tmpfs("/v/x/made/tmpfs", Optional.empty(), 0755, false));
        race(Path.of("../../../../../../../.." + machine));
        assertThat(through).isPositive();
    }

    @Test
    void workingDirectories() throws Exception {
        container.cwd = "/v/x/work/dir";
        race(machine);
        assertThat(through).isPositive();
    }

    @Test
    void cachesAreOverlaidWhereTheyAre() throws Exception {
        Files.createDirectory(shared.resolve("x/inner"));
        // An overlay can't have what another one left there.
        beforeEach = () -> {
            Path area = Files.createTempDirectory(base, "area");
            Path upper = Files.createDirectory(area.resolve("upper"));
            Path work = Files.createDirectory(area.resolve("work"));
            container.mounts.remove(1);
            container.mounts.add(new Mount.Overlay(List.of(shared), upper, work, "/x/inner", "/cache", false));
        };
        container.mounts.add(new Mount.Tmpfs("/replaced", Optional.empty(), 0755, false));
        race(machine);
        assertThat(through).isPositive();
    }
}
