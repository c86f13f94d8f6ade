package dev.jbuild.solver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jbuild.graph.RunMount;
import dev.jbuild.problem.BuildCancelled;
import dev.jbuild.progress.Cancellation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("kernel")
class CacheMountsTest {
    private static final CacheMounts.Seed NOTHING = directory -> {};

    private final CacheMounts mounts;

    CacheMountsTest(@TempDir Path directory) {
        mounts = new CacheMounts(directory.resolve("cachemounts"));
    }

    @Test
    void theDirectoryIsMadeOnceWithModeAndOwnerAndKept() throws Exception {
        AtomicInteger seeded = new AtomicInteger();
        for (int i = 0; i < 2; i++) {
            try (CacheMounts.Held held = mounts.acquire(
                    mount(RunMount.Sharing.SHARED), fresh -> seeded.incrementAndGet(), new Cancellation())) {
                assertThat(Files.getAttribute(held.path(), "unix:mode")).isEqualTo(0040751);
                assertThat(Files.getAttribute(held.path(), "unix:uid")).isEqualTo(7);
                Files.writeString(held.path().resolve("kept"), "x");
            }
        }
        assertThat(seeded).hasValue(1);
    }

    @Test
    void privateGivesEachUserAnOwnDirectory() throws Exception {
        try (CacheMounts.Held one = mounts.acquire(mount(RunMount.Sharing.PRIVATE), NOTHING, new Cancellation());
                CacheMounts.Held two = mounts.acquire(mount(RunMount.Sharing.PRIVATE), NOTHING, new Cancellation())) {
            assertThat(one.path()).isNotEqualTo(two.path());
        }
    }

    @Test
    void sharedGivesAllTheSame() throws Exception {
        try (CacheMounts.Held one = mounts.acquire(mount(RunMount.Sharing.SHARED), NOTHING, new Cancellation());
                CacheMounts.Held two = mounts.acquire(mount(RunMount.Sharing.SHARED), NOTHING, new Cancellation())) {
            assertThat(one.path()).isEqualTo(two.path());
        }
    }

    @Test
    void whoWaitsForALockedOneCanBeCancelled() throws Exception {
        Cancellation cancellation = new Cancellation();
        try (CacheMounts.Held held = mounts.acquire(mount(RunMount.Sharing.LOCKED), NOTHING, new Cancellation())) {
            assertThat(held.path()).isDirectory();
            cancellation.cancel();
            assertThatThrownBy(() -> mounts.acquire(mount(RunMount.Sharing.LOCKED), NOTHING, cancellation))
                    .isInstanceOf(BuildCancelled.class);
        }
        mounts.acquire(mount(RunMount.Sharing.LOCKED), NOTHING, new Cancellation())
                .close();
    }

    private static RunMount.Cache mount(RunMount.Sharing sharing) {
        return new RunMount.Cache(-1, "/", "/cache", "id", sharing, false, 0751, 7, 8);
    }
}
