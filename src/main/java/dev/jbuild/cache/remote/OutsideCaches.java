package dev.jbuild.cache.remote;

import dev.jbuild.cache.remote.CachePlace.Directory;
import dev.jbuild.oci.ImageReference;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.progress.Cancellation;
import dev.jbuild.registry.Registries;
import dev.jbuild.registry.RegistryClient;

/** Opens caches outside the store. */
public final class OutsideCaches implements AutoCloseable {
    private final Registries registries;
    private final Cancellation cancellation;
    private final Cancellation ending = new Cancellation();
    private final Cancellation.Registration outer;

    public OutsideCaches(Registries registries, Cancellation cancellation) {
        this.registries = registries;
        this.cancellation = cancellation;
        this.outer = cancellation.onCancel(ending::cancel);
    }

    /** @throws JbuildException if there is no such cache, or it can't be read */
    CacheReader reader(CachePlace place) throws JbuildException {
        if (place instanceof Directory local) {
            return DirectoryReader.open(new CacheDirectory(local.directory()), local.tag(), local.digest());
        }
        ImageReference reference = ((CachePlace.Registry) place).reference();
        return new RegistryCaches(client(reference), reference).open();
    }

    /**
     * Opens a cache to be written, making it if there is none.
     *
     * @param reset whether to drop, in the end, what nobody has used since this call
     */
    public CacheWriter writer(CachePlace place, boolean reset) throws JbuildException {
        if (place instanceof Directory local) {
            return DirectoryWriter.open(new CacheDirectory(local.directory()), local.tag(), reset, cancellation);
        }
        ImageReference reference = ((CachePlace.Registry) place).reference();
        return new RegistryWriter(client(reference), reference);
    }

    /** One that ends with the build, be it cancelled or done. */
    private RegistryClient client(ImageReference reference) throws JbuildException {
        RegistryClient client = registries.client(reference);
        ending.onCancel(client::close);
        return client;
    }

    @Override
    public void close() {
        outer.close();
        ending.cancel();
    }
}
