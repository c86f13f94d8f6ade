package dev.jbuild.store;

import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Predicate;

/**
 * What a collection is to remove. What no image and no cache record needs goes in any case.
 *
 * @param cause who wants it, for the journal
 * @param names which names of images go first, if they weren't set just now
 * @param rules which cached things go, one rule after another
 */
public record CollectionRequest(String cause, Predicate<String> names, List<Rule> rules) {
    public CollectionRequest {
        rules = List.copyOf(rules);
    }

    /** Only what nothing refers to. */
    public static CollectionRequest unreachable(String cause) {
        return new CollectionRequest(cause, name -> false, List.of());
    }

    /** All that is cached, too. */
    public static CollectionRequest everything(String cause) {
        Rule all = new Rule(item -> true, Duration.ZERO, Limits.NONE);
        return new CollectionRequest(cause, name -> false, List.of(all));
    }

    /**
     * Cached things of some kind, of which those go that weren't used for some time: all of them or, if there are limits, as
     * many as have to, those first that are worth least.
     */
    public record Rule(Predicate<CacheItem> which, Duration keep, Limits limits) {}

    /**
     * How much space cached things may take. What images need doesn't count.
     *
     * @param maxUsed what they may take
     * @param reserved what is left to them whatever the others say
     * @param minFree what is to be free on the disk
     */
    public record Limits(OptionalLong maxUsed, OptionalLong reserved, OptionalLong minFree) {
        public static final Limits NONE = new Limits(OptionalLong.empty(), OptionalLong.empty(), OptionalLong.empty());

        boolean isNone() {
            return equals(NONE);
        }

        /** By how many bytes things that take {@code used} exceed this, on a disk with {@code free} bytes. */
        long excess(long used, long free) {
            boolean onlyReserved = maxUsed.isEmpty() && minFree.isEmpty();
            long over = onlyReserved ? used : Math.max(0, used - maxUsed.orElse(Long.MAX_VALUE));
            long lacking = Math.max(0, minFree.orElse(0) - free);
            return Math.max(0, Math.min(Math.max(over, lacking), used - reserved.orElse(0)));
        }
    }
}
