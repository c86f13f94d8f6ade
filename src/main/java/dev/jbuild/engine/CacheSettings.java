package dev.jbuild.engine;

import dev.jbuild.cache.remote.CachePlace;
import dev.jbuild.image.CacheExport;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What a build takes from caches, and the caches outside the store that it uses.
 *
 * @param from {@code --cache-from}, in the order in which they are asked
 * @param to {@code --cache-to}
 * @param inline whether images are to carry the results of their steps
 * @param ttl {@code --cache-ttl}: how old results may be, wherever they are; any age if absent
 * @param countTimes {@code --cache-key=strict}: whether RUN runs again where files have other times
 */
public record CacheSettings(
        List<CachePlace> from, List<CacheExport> to, boolean inline, Optional<Duration> ttl, boolean countTimes) {
    public CacheSettings {
        from = List.copyOf(from);
        to = List.copyOf(to);
    }
}
