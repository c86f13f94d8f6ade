package dev.jbuild.image;

import dev.jbuild.oci.ImageReference;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.progress.Cancellation;
import dev.jbuild.registry.Registries;
import dev.jbuild.registry.RegistryClient;

/** Talks with registries that cancelling ends. Safe for use by many threads. */
@SuppressWarnings("try") // registrations are held, not used
final class RegistryTalks {
    private final Registries registries;

    RegistryTalks(Registries registries) {
        this.registries = registries;
    }

    /** What is done with a registry. */
    interface Talk<T> {
        T with(RegistryClient client) throws JbuildException;
    }

    /** Talks to the registry of an image. */
    <T> T with(ImageReference image, Cancellation cancellation, Talk<T> talk) throws JbuildException {
        try (RegistryClient client = registries.client(image);
                var registration = cancellation.onCancel(client::close)) {
            return talk.with(client);
        } catch (JbuildException e) {
            cancellation.throwIfCancelled();
            throw e;
        }
    }
}
