package dev.jbuild.store;

/** What a cached thing is, by the words of BuildKit as far as it has one. */
public enum CacheType {
    /** The result of a step. */
    REGULAR("regular"),
    /** A build context as a layer, for mounts. */
    SOURCE_LOCAL("source.local"),
    /** A file that was downloaded. */
    SOURCE_HTTP("source.http"),
    /** A git repository that sources were fetched into. */
    SOURCE_GIT("source.git.checkout"),
    /** The directory of a {@code RUN --mount=type=cache}. */
    CACHE_MOUNT("exec.cachemount"),
    /** What is made from other things in the store, such as a layer in another compression. */
    INTERNAL("internal");

    private final String word;

    CacheType(String word) {
        this.word = word;
    }

    @Override
    public String toString() {
        return word;
    }
}
