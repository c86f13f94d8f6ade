package dev.jbuild.cache.remote;

import dev.jbuild.cache.CacheKey;
import dev.jbuild.oci.DiffId;
import java.util.List;

/**
 * What caches say of the layers of images that builds begin with: not their files, which their registry has, but what is in
 * them. With that, the keys of steps upon an image are known before anything of it is fetched.
 */
public final class BaseLayers {
    private BaseLayers() {}

    /**
     * The key of the topmost layer of a chain.
     *
     * @param chain DiffIDs, bottom first: what a tar does depends on the layers that it lies on
     */
    public static CacheKey key(List<DiffId> chain) {
        return CacheKey.of("base-layer", 1).add("chain", chain).build();
    }
}
