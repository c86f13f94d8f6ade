package dev.jbuild.solver.caches;

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
    void theDirectoryIsFilledOnceAndKept() throws Exception {
        AtomicInteger seeded = new AtomicInteger();
        for (int i = 0; i < 2; i++) {
            CacheMounts.Use use = new CacheMounts.Use("id", "", RunMount.Sharing.SHARED, false, fresh -> {
                seeded.incrementAndGet();
                Files.writeString(fresh.resolve("seed"), "x");
            });
            try (CacheMounts.Held held = mounts.acquire(use, new Cancellation())) {
                assertThat(held.path().resolve("seed")).exists();
                assertThat(Files.exists(held.path().resolve("kept"))).isEqualTo(i == 1);
                Files.writeString(held.path().resolve("kept"), "x");
            }
        }
        assertThat(seeded).hasValue(1);
    }

    @Test
    void privateGivesEachUserAnOwnDirectory() throws Exception {
        try (CacheMounts.Held one = mounts.acquire(use(RunMount.Sharing.PRIVATE), new Cancellation());
                CacheMounts.Held two = mounts.acquire(use(RunMount.Sharing.PRIVATE), new Cancellation())) {
            assertThat(one.path()).isNotEqualTo(two.path());
        }
    }

    @Test
    void sharedGivesAllTheSame() throws Exception {
        try (CacheMounts.Held one = mounts.acquire(use(RunMount.Sharing.SHARED), new Cancellation());
                CacheMounts.Held two = mounts.acquire(use(RunMount.Sharing.SHARED), new Cancellation())) {
            assertThat(one.path()).isEqualTo(two.path());
        }
    }

    @Test
    void whoWaitsForALockedOneCanBeCancelled() throws Exception {
        Cancellation cancellation = new Cancellation();
        try (CacheMounts.Held held = mounts.acquire(use(RunMount.Sharing.LOCKED), new Cancellation())) {
            assertThat(held.path()).isDirectory();
            cancellation.cancel();
            assertThatThrownBy(() -> mounts.acquire(use(RunMount.Sharing.LOCKED), cancellation))
                    .isInstanceOf(BuildCancelled.class);
        }
        mounts.acquire(use(RunMount.Sharing.LOCKED), new Cancellation()).close();
    }

    @Test
    void freshOnesBeginAnewEvenWhileTheOldIsInUse() throws Exception {
        CacheMounts.Use fresh = new CacheMounts.Use("id", "", RunMount.Sharing.SHARED, true, NOTHING);
        try (CacheMounts.Held old = mounts.acquire(use(RunMount.Sharing.SHARED), new Cancellation())) {
            Files.writeString(old.path().resolve("old"), "x");
            try (CacheMounts.Held anew = mounts.acquire(fresh, new Cancellation())) {
                assertThat(anew.path()).isEmptyDirectory();
                Files.writeString(anew.path().resolve("new"), "x");
            }
        }
        try (CacheMounts.Held later = mounts.acquire(use(RunMount.Sharing.SHARED), new Cancellation())) {
            assertThat(later.path()).isDirectoryContaining("glob:**/new").isDirectoryNotContaining("glob:**/old");
        }
    }

    @Test
    void otherOriginsAreOtherCaches() throws Exception {
        CacheMounts.Use other = new CacheMounts.Use("id", "else", RunMount.Sharing.LOCKED, false, NOTHING);
        try (CacheMounts.Held one = mounts.acquire(use(RunMount.Sharing.LOCKED), new Cancellation());
                CacheMounts.Held two = mounts.acquire(other, new Cancellation())) {
            assertThat(one.path()).isNotEqualTo(two.path());
        }
    }

    private static CacheMounts.Use use(RunMount.Sharing sharing) {
        return new CacheMounts.Use("id", "", sharing, false, NOTHING);
    }
}
