package dev.jbuild.image;

import dev.jbuild.oci.Descriptor;
import dev.jbuild.oci.Digest;
import dev.jbuild.oci.ImageReference;
import dev.jbuild.oci.RawJson;
import dev.jbuild.problem.RemoteError;
import dev.jbuild.registry.Registries;
import dev.jbuild.registry.RegistryClient;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** A registry in memory that counts what it is asked. */
final class MemoryRegistry implements Registries {
    final Map<Digest, byte[]> blobs = new ConcurrentHashMap<>();
    final Map<String, RegistryClient.Fetched> manifests = new ConcurrentHashMap<>();
    final List<String> calls = new CopyOnWriteArrayList<>();

    byte[] document(String key) {
        RegistryClient.Fetched fetched = manifests.get(key);
        if (fetched == null) {
            throw new AssertionError("no manifest " + key);
        }
        return fetched.document().bytes();
    }

    @Override
    public RegistryClient client(ImageReference repository) {
        return new Client(repository);
    }

    private final class Client implements RegistryClient {
        private final ImageReference repository;

        Client(ImageReference repository) {
            this.repository = repository;
        }

        private String key(ImageReference reference) {
            return repository.path() + " "
                    + reference
                            .digest()
                            .map(Digest::toString)
                            .or(reference::tag)
                            .orElse("latest");
        }

        @Override
        public Fetched pullManifest(ImageReference reference) throws RemoteError {
            calls.add("manifest " + key(reference));
            Fetched found = manifests.get(key(reference));
            if (found == null) {
                throw new RemoteError("no " + reference);
            }
            return found;
        }

        @Override
        public InputStream pullBlob(Descriptor descriptor) throws RemoteError {
            calls.add("pull " + descriptor.digest());
            byte[] found = blobs.get(descriptor.digest());
            if (found == null) {
                throw new RemoteError("no " + descriptor.digest());
            }
            return new ByteArrayInputStream(found);
        }

        @Override
        public boolean hasBlob(Descriptor descriptor) {
            return blobs.containsKey(descriptor.digest());
        }

        @Override
        public boolean mountBlob(Descriptor descriptor, String fromRepository) {
            calls.add("mount " + descriptor.digest() + " from " + fromRepository);
            return false;
        }

        @Override
        public void pushBlob(Descriptor descriptor, Content content) throws RemoteError {
            calls.add("push " + descriptor.digest());
            try (InputStream in = content.open()) {
                byte[] bytes = in.readAllBytes();
                if (!Digest.sha256(bytes).equals(descriptor.digest())) {
                    throw new RemoteError("wrong digest");
                }
                blobs.put(descriptor.digest(), bytes);
            } catch (IOException e) {
                throw new RemoteError("cut", e);
            }
        }

        @Override
        public void pushManifest(ImageReference reference, String mediaType, byte[] bytes) {
            Fetched fetched = new Fetched(mediaType, new RawJson(bytes));
            manifests.put(repository.path() + " " + fetched.document().digest(), fetched);
            reference.tag().ifPresent(tag -> manifests.put(repository.path() + " " + tag, fetched));
        }

        @Override
        public void close() {}
    }
}
