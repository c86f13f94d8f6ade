package dev.jbuild.image;

import dev.jbuild.layer.Compression;
import dev.jbuild.layer.DigestingOutputStream;
import dev.jbuild.oci.Descriptor;
import dev.jbuild.oci.DiffId;
import dev.jbuild.oci.Digest;
import dev.jbuild.oci.ImageReference;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.progress.Cancellation;
import dev.jbuild.registry.Registries;
import dev.jbuild.store.BlobStore;
import dev.jbuild.store.References.BlobUse;
import dev.jbuild.store.References.Role;
import dev.jbuild.store.Store;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** Gets blobs that are lost once more: from the layer's directory, or from the registry that an image is named after. */
final class BlobSources {
    private final Store store;
    private final RegistryTalks talks;
    private final Cancellation cancellation;
    private final List<String> failures = new ArrayList<>();

    BlobSources(Store store, Registries registries, Cancellation cancellation) {
        this.store = store;
        this.talks = new RegistryTalks(registries);
        this.cancellation = cancellation;
    }

    /** Makes a blob present. Returns how, or nothing if it can't be had; {@link #why} says then why not. */
    Optional<String> restore(BlobUse use) throws JbuildException {
        failures.clear();
        if (use.role() == Role.LAYER
                && use.diffId().isPresent()
                && derive(use.descriptor(), use.diffId().get())) {
            return Optional.of("made again from the layer's directory");
        }
        return pull(use);
    }

    /** Why the last one couldn't be restored. */
    String why() {
        return failures.isEmpty() ? "nothing has its bytes" : String.join("; ", new LinkedHashSet<>(failures));
    }

    /** Compressed bytes may be of another program, so they are compared before they are kept. */
    private boolean derive(Descriptor blob, DiffId diffId) throws JbuildException {
        Optional<Compression> compression = Compression.ofLayerType(blob.mediaType());
        if (compression.isEmpty()) {
            return false;
        }
        LayerBlobs layers = new LayerBlobs(store);
        Descriptor plain = new Descriptor(blob.mediaType(), diffId.digest(), 0);
        try (BlobStore.Ingest ingest = store.blobs().ingest()) {
            if (store.layers().find(diffId).isEmpty()) {
                return false;
            }
            DigestingOutputStream digesting = new DigestingOutputStream(new KeptOpen(ingest.output()));
            try (OutputStream out = compression.get().compress(digesting, OptionalInt.empty())) {
                layers.copyTarTo(plain, diffId, out);
            }
            boolean right = digesting.digest().equals(blob.digest());
            if (right) {
                ingest.commit(blob.mediaType());
            }
            return right;
        } catch (IOException | JbuildException e) {
            // The directory doesn't give the layer's own tar.
            return false;
        }
    }

    /** As {@link #restore}, from a registry only. */
    Optional<String> pull(BlobUse use) throws JbuildException {
        for (String image : use.images()) {
            Optional<ImageReference> reference = Names.isId(image) ? Optional.empty() : Names.parse(image);
            if (reference.isPresent()) {
                cancellation.throwIfCancelled();
                try {
                    pull(use, reference.get());
                    return Optional.of("pulled again from " + reference.get().name());
                } catch (JbuildException e) {
                    cancellation.throwIfCancelled();
                    failures.add(e.what());
                }
            }
        }
        return Optional.empty();
    }

    /** Whether a file has this content. */
    static boolean has(Path file, Digest content) {
        DigestingOutputStream digesting = new DigestingOutputStream();
        try {
            Files.copy(file, digesting);
        } catch (IOException e) {
            return false;
        }
        return digesting.digest().equals(content);
    }

    private void pull(BlobUse use, ImageReference from) throws JbuildException {
        talks.with(from, cancellation, client -> {
            if (use.role() == Role.DOCUMENT) {
                ImageReference exact = new ImageReference(
                        from.domain(),
                        from.path(),
                        Optional.empty(),
                        Optional.of(use.descriptor().digest()));
                return store.blobs().put(client.pullManifest(exact).document().bytes());
            }
            try (InputStream content = client.pullBlob(use.descriptor())) {
                store.blobs().put(use.descriptor(), content);
                return use.descriptor().digest();
            } catch (IOException e) {
                throw Transfers.failed(use.descriptor().digest(), from, e);
            }
        });
    }
}
