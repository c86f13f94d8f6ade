package dev.jbuild.engine;

import dev.jbuild.problem.JbuildException;
import dev.jbuild.progress.BuildEvent;
import dev.jbuild.progress.EventSink;
import dev.jbuild.store.CollectionPolicy;
import dev.jbuild.store.CollectionRequest;
import dev.jbuild.store.Store;
import dev.jbuild.store.Store.Collected;
import dev.jbuild.store.Victim;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Keeps the cache within its limits without being asked: after a build that made something, and before a step is made while
 * the disk is short of space. What builds use that run now stays. That nothing can be collected fails no build.
 */
final class CacheLimits {
    /** What the journal says of who collected. */
    static final String CAUSE = "the limits of the build cache";

    /** How long after one collection the next one is worth its while, if the disk has space. */
    private static final Duration PAUSE = Duration.ofMinutes(10);
    /** The same if it has none. */
    private static final Duration SHORT_PAUSE = Duration.ofSeconds(15);

    private static final int BYTES_OF_A_MEGABYTE = 1_000_000;

    private final Store store;
    private final Optional<CollectionPolicy> policy;
    private final EventSink events;
    private final InstantSource clock;
    private final Path stamp;
    private final AtomicBoolean worked = new AtomicBoolean();

    /** @param policy what the cache may take; absent if it may grow as it likes */
    CacheLimits(Store store, Optional<CollectionPolicy> policy, EventSink events, InstantSource clock) {
        this.store = store;
        this.policy = policy;
        this.events = events;
        this.clock = clock;
        this.stamp = store.root().resolve("gc.lock");
    }

    static CacheLimits of(Equipment equipment, EventSink events) {
        return new CacheLimits(equipment.store(), equipment.settings().collection(), events, equipment.clock());
    }

    /** Before something is made that takes space. */
    void beforeWork() {
        worked.set(true);
        if (policy.isPresent()) {
            keep(policy.get(), true);
        }
    }

    /** After the build is done, whether well or not. */
    void afterBuild() {
        if (policy.isPresent() && worked.get()) {
            keep(policy.get(), false);
        }
    }

    private void keep(CollectionPolicy limits, boolean onlyIfShort) {
        try {
            FileStore disk = Files.getFileStore(store.root());
            long size = disk.getTotalSpace();
            boolean isShort = limits.lacksSpace(size, disk.getUsableSpace());
            if (isShort || (!onlyIfShort && isDue(PAUSE))) {
                collect(limits, size, isShort);
            }
        } catch (IOException | JbuildException e) {
            // The build itself says what is wrong with the store, if that hinders it.
            tell("the cache can't be kept within its limits: " + e.getMessage());
        }
    }

    private boolean isDue(Duration pause) throws IOException {
        return Files.notExists(stamp)
                || Files.getLastModifiedTime(stamp).toInstant().plus(pause).isBefore(clock.instant());
    }

    /** One process at a time; what another one collects needn't be looked for by this one. */
    private void collect(CollectionPolicy limits, long disk, boolean isShort) throws IOException, JbuildException {
        boolean isNew = Files.notExists(stamp);
        try (FileChannel channel = FileChannel.open(stamp, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock lock = channel.tryLock()) {
            if (lock == null || !(isNew || isDue(isShort ? SHORT_PAUSE : PAUSE))) {
                return;
            }
            Files.setLastModifiedTime(stamp, FileTime.from(clock.instant()));
            Collected collected = store.collect(new CollectionRequest(CAUSE, name -> false, limits.rules(disk)));
            List<Victim> victims = collected.victims();
            if (collected.bytes() >= BYTES_OF_A_MEGABYTE && !victims.isEmpty()) {
                Victim last = victims.get(victims.size() - 1);
                tell(collected.bytes() / BYTES_OF_A_MEGABYTE + " MB of the build cache were collected: "
                        + last.reason());
            }
        } catch (OverlappingFileLockException e) {
            // Another build of this process does it.
            return;
        }
    }

    private void tell(String what) {
        events.accept(new BuildEvent.Notice(what, List.of(), clock.instant()));
    }
}
