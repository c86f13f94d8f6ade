package dev.jbuild.image;

import dev.jbuild.layer.Compression;
import dev.jbuild.oci.Descriptor;
import dev.jbuild.oci.Digest;
import dev.jbuild.oci.ImageIndex;
import dev.jbuild.oci.ImageReference;
import dev.jbuild.oci.MalformedDocument;
import dev.jbuild.oci.Manifest;
import dev.jbuild.oci.Platform;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.problem.RemoteError;
import dev.jbuild.problem.UserError;
import dev.jbuild.registry.RegistryClient;
import dev.jbuild.registry.RegistryClient.Fetched;
import dev.jbuild.store.Store;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.stream.Collectors;

/** Gets the documents of one image from a registry into the store. */
final class Puller {
    private static final int DEEPEST_NESTING = 4;
    private static final long LONGEST_CONFIG = 16 << 20;

    private final Store store;
    private final RegistryClient client;
    private final ImageReference reference;
    private final Platform platform;

    Puller(Store store, RegistryClient client, ImageReference reference, Platform platform) {
        this.store = store;
        this.client = client;
        this.reference = reference;
        this.platform = platform;
    }

    /** The image, of which the manifest (and index, if any) and the configuration are now in the store. */
    LocalImage documents() throws JbuildException {
        Fetched fetched = client.pullManifest(reference);
        byte[] bytes = fetched.document().bytes();
        Descriptor target = Documents.describe(bytes, fetched.mediaType());
        store.blobs().put(bytes);
        Manifest manifest = manifest(target, bytes, 0);
        if (!Documents.isImageConfig(manifest.config())) {
            throw new UserError(reference.familiar() + " isn't a container image: its configuration is a "
                    + manifest.config().mediaType());
        }
        pullConfig(manifest.config());
        return new LocalImage(
                target,
                manifest,
                new Documents(store.blobs()).config(manifest),
                manifest.config().digest());
    }

    private Manifest manifest(Descriptor descriptor, byte[] bytes, int depth) throws JbuildException {
        try {
            if (!Documents.isIndex(descriptor)) {
                return Manifest.parse(bytes, descriptor.mediaType());
            }
            Descriptor chosen = choose(ImageIndex.parse(bytes, descriptor.mediaType()), depth);
            return manifest(chosen, document(chosen), depth + 1);
        } catch (MalformedDocument e) {
            throw new RemoteError(
                    "the registry gave a malformed document for " + reference.familiar() + ": " + e.getMessage(), e);
        }
    }

    private Descriptor choose(ImageIndex index, int depth) throws JbuildException {
        Optional<Descriptor> chosen =
                depth < DEEPEST_NESTING ? Documents.forPlatform(index, platform) : Optional.empty();
        if (chosen.isPresent()) {
            return chosen.get();
        }
        String there = index.manifests().stream()
                .flatMap(entry -> entry.platform().stream())
                .map(Platform::toString)
                .filter(name -> !name.startsWith("unknown"))
                .distinct()
                .collect(Collectors.joining(", "));
        throw new UserError(
                reference.familiar() + " has no image for " + platform,
                there.isEmpty() ? "it names no platforms at all" : "it has images for " + there);
    }

    private byte[] document(Descriptor descriptor) throws JbuildException {
        Digest digest = descriptor.digest();
        if (store.blobs().has(digest)) {
            return store.blobs().read(digest);
        }
        byte[] bytes = client.pullManifest(
                        new ImageReference(reference.domain(), reference.path(), Optional.empty(), Optional.of(digest)))
                .document()
                .bytes();
        store.blobs().put(bytes);
        return bytes;
    }

    private void pullConfig(Descriptor config) throws JbuildException {
        if (store.blobs().has(config.digest())) {
            return;
        }
        if (config.size() > LONGEST_CONFIG) {
            throw new RemoteError(
                    "the configuration of " + reference.familiar() + " is too large: " + config.size() + " bytes");
        }
        try (InputStream content = client.pullBlob(config)) {
            store.blobs().put(config, content);
        } catch (IOException e) {
            throw Transfers.failed(config.digest(), reference, e);
        }
    }

    /** Whether a layer is in a format that can be unpacked. */
    static void checkType(Descriptor layer) throws JbuildException {
        if (Compression.ofLayerType(layer.mediaType()).isEmpty()) {
            throw new UserError("layer " + layer.digest() + " is of the unknown type " + layer.mediaType());
        }
    }
}
