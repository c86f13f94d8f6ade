package dev.jbuild.engine;

import dev.jbuild.cache.remote.CachePlace;
import dev.jbuild.image.CacheExport;
import java.util.List;

/**
 * The caches outside the store that a build uses.
 *
 * @param from {@code --cache-from}, in the order in which they are asked
 * @param to {@code --cache-to}
 * @param inline whether images are to carry the results of their steps
 */
public record CacheSettings(List<CachePlace> from, List<CacheExport> to, boolean inline) {
    public CacheSettings {
        from = List.copyOf(from);
        to = List.copyOf(to);
    }
}
