package dev.jbuild.cache.remote;

import dev.jbuild.oci.Digest;
import dev.jbuild.oci.ImageReference;
import java.nio.file.Path;
import java.util.Optional;

/** Where a cache outside the store is. */
public sealed interface CachePlace {
    /** What it is called, for people. */
    String name();

    /**
     * A directory ({@code type=local}).
     *
     * @param tag which of the caches that it may hold
     * @param digest of one list of records, to be read in place of all that there are
     */
    record Directory(Path directory, String tag, Optional<Digest> digest) implements CachePlace {
        @Override
        public String name() {
            return directory.toString();
        }
    }

    /** A repository of a registry, or an image there that carries records ({@code type=registry}). */
    record Registry(ImageReference reference) implements CachePlace {
        @Override
        public String name() {
            return reference.toString();
        }
    }
}
