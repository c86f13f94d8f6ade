package dev.jbuild.solver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jbuild.cache.CacheKey;
import dev.jbuild.problem.BuildCancelled;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.progress.Cancellation;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
@SuppressWarnings("try")
class StepLocksTest {
    private static final CacheKey KEY = key("a");

    private final Path file;
    private final StepLocks locks;
    private final List<String> waited = new ArrayList<>();

    StepLocksTest(@TempDir Path directory) {
        file = directory.resolve("steps.lock");
        locks = new StepLocks(file);
    }

    private static CacheKey key(String text) {
        return CacheKey.of("test", 1).add("text", text).build();
    }

    private StepLocks.Turn take(StepLocks from, CacheKey key) throws JbuildException {
        return from.take(key, waited::add, new Cancellation());
    }

    @Test
    void stepsWithOtherKeysAreNotInTheWay() throws Exception {
        StepLocks other = new StepLocks(file);
        List<StepLocks.Turn> turns = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            turns.add(take(i % 2 == 0 ? locks : other, key("step " + i)));
        }
        assertThat(waited).isEmpty();
        assertThat(Files.size(file)).isZero();
        turns.forEach(StepLocks.Turn::close);
    }

    @Test
    void ofBuildsInOneProcessOneAtATimeRuns() throws Exception {
        AtomicInteger running = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        AtomicInteger runs = new AtomicInteger();
        ConcurrentLinkedQueue<String> told = new ConcurrentLinkedQueue<>();
        ExecutorService pool = Executors.newFixedThreadPool(8);
        try {
            List<Future<?>> builds = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                StepLocks own = new StepLocks(file);
                builds.add(pool.submit(() -> {
                    for (int j = 0; j < 5; j++) {
                        try (StepLocks.Turn turn = own.take(KEY, told::add, new Cancellation())) {
                            most.accumulateAndGet(running.incrementAndGet(), Math::max);
                            Thread.sleep(2);
                            runs.incrementAndGet();
                            running.decrementAndGet();
                        }
                    }
                    return null;
                }));
            }
            for (Future<?> build : builds) {
                build.get();
            }
        } finally {
            pool.shutdown();
        }
        assertThat(most).hasValue(1);
        assertThat(runs).hasValue(40);
        assertThat(told).isNotEmpty().containsOnly("another build");
    }

    @Test
    void aSecondEndingOfATurnTakesNothingFromTheNext() throws Exception {
        StepLocks.Turn first = take(locks, KEY);
        first.close();
        try (StepLocks.Turn second = take(locks, KEY)) {
            first.close();
            Cancellation cancellation = new Cancellation();
            cancellation.cancel();
            assertThatThrownBy(() -> locks.take(KEY, waited::add, cancellation)).isInstanceOf(BuildCancelled.class);
        }
        assertThat(waited).containsExactly("another stage");
    }

    @Test
    void waitingEndsWhenTheBuildIsCancelled() throws Exception {
        Cancellation cancellation = new Cancellation();
        CountDownLatch waiting = new CountDownLatch(1);
        ExecutorService pool = Executors.newSingleThreadExecutor();
        try (StepLocks.Turn turn = take(new StepLocks(file), KEY)) {
            Future<?> waiter = pool.submit(() -> locks.take(KEY, who -> waiting.countDown(), cancellation));
            assertThat(waiting.await(10, TimeUnit.SECONDS)).isTrue();
            cancellation.cancel();
            assertThatThrownBy(() -> waiter.get(10, TimeUnit.SECONDS)).hasCauseInstanceOf(BuildCancelled.class);
        } finally {
            pool.shutdown();
        }
        take(locks, KEY).close();
    }

    @Test
    void nothingStaysOpenOrLocked() throws Exception {
        take(locks, KEY).close();
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE);
                FileLock all = channel.tryLock()) {
            assertThat(all).isNotNull();
        }
    }

    @Test
    void whereNothingCanBeLockedNothingIsWaitedFor() throws Exception {
        StepLocks nowhere = new StepLocks(Path.of("/proc/jbuild/steps.lock"));
        try (StepLocks.Turn one = take(nowhere, KEY);
                StepLocks.Turn two = take(nowhere, KEY)) {
            assertThat(waited).isEmpty();
        }
    }
}
