package dev.jbuild.image;

import dev.jbuild.cache.remote.CachePlace;
import dev.jbuild.layer.Compression;
import java.util.OptionalInt;

/**
 * One {@code --cache-to}.
 *
 * @param max whether the files of all steps are exported, or only those that are in the result
 * @param force compress layers so that the cache has otherwise already
 * @param reset drop what isn't exported any more
 * @param ignoreError a failure of the export doesn't fail the build
 */
public record CacheExport(
        CachePlace place,
        boolean max,
        Compression compression,
        OptionalInt level,
        boolean force,
        boolean reset,
        boolean ignoreError) {}
