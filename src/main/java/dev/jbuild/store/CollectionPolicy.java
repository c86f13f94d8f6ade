package dev.jbuild.store;

import dev.jbuild.store.CollectionRequest.Limits;
import dev.jbuild.store.CollectionRequest.Rule;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;

/**
 * What the cache may take without anybody looking after it: the rules of BuildKit's default policy
 * ({@code cmd/buildkitd/config/gcpolicy.go}).
 *
 * @param reserved what is left to the cache whatever the others say
 * @param maxUsed what it may take
 * @param minFree what is to be free on the disk
 * @param keep for how long something unused is kept before others are
 */
public record CollectionPolicy(DiskSpace reserved, DiskSpace maxUsed, DiskSpace minFree, Duration keep) {
    private static final long GIGABYTE = 1_000_000_000;

    public static final CollectionPolicy DEFAULT = new CollectionPolicy(
            DiskSpace.share(0.1).atMost(10 * GIGABYTE),
            DiskSpace.share(0.8).atMost(100 * GIGABYTE),
            DiskSpace.share(0.2),
            Duration.ofDays(60));

    /** What is had again most easily goes first. */
    private static final Set<CacheType> EASY =
            EnumSet.of(CacheType.SOURCE_LOCAL, CacheType.CACHE_MOUNT, CacheType.SOURCE_GIT);

    private static final long EASY_MAY_TAKE = 512_000_000;
    private static final Duration EASY_KEEP = Duration.ofDays(2);

    /** @param disk its size in bytes */
    public List<Rule> rules(long disk) {
        Limits easy = new Limits(OptionalLong.of(EASY_MAY_TAKE), OptionalLong.empty(), OptionalLong.empty());
        Limits limits = new Limits(
                OptionalLong.of(maxUsed.of(disk)),
                OptionalLong.of(reserved.of(disk)),
                OptionalLong.of(minFree.of(disk)));
        return List.of(
                new Rule(item -> EASY.contains(item.type()), EASY_KEEP, easy),
                new Rule(item -> item.type() != CacheType.INTERNAL, keep, limits),
                new Rule(item -> item.type() != CacheType.INTERNAL, Duration.ZERO, limits),
                new Rule(item -> true, Duration.ZERO, limits));
    }

    /** Whether a disk has less free than it should. */
    public boolean lacksSpace(long disk, long free) {
        return free < minFree.of(disk);
    }
}
