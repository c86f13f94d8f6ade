package dev.jbuild.cache.remote;

import dev.jbuild.problem.JbuildException;
import dev.jbuild.progress.Cancellation;

/** Opens caches outside the store. */
public final class OutsideCaches {
    private final Cancellation cancellation;

    public OutsideCaches(Cancellation cancellation) {
        this.cancellation = cancellation;
    }

    /** @throws JbuildException if there is no such cache, or it can't be read */
    CacheReader reader(CachePlace place) throws JbuildException {
        CachePlace.Directory directory = (CachePlace.Directory) place;
        return DirectoryReader.open(new CacheDirectory(directory.directory()), directory.tag(), directory.digest());
    }

    /**
     * Opens a cache to be written, making it if there is none.
     *
     * @param reset whether to drop, in the end, what nobody has used since this call
     */
    public CacheWriter writer(CachePlace place, boolean reset) throws JbuildException {
        CachePlace.Directory directory = (CachePlace.Directory) place;
        return DirectoryWriter.open(new CacheDirectory(directory.directory()), directory.tag(), reset, cancellation);
    }
}
