package dev.jbuild.store;

import dev.jbuild.oci.Descriptor;
import dev.jbuild.oci.DiffId;
import dev.jbuild.oci.Digest;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a name reached when it was set. A name keeps all of this, whatever becomes of the documents that say it: an index
 * whose manifest was lost can't tell that it was ever here, nor which layers it has.
 *
 * @param documents the indexes and manifests that were there
 * @param blobs the configurations and layers that those name
 */
public record Reach(Set<Digest> documents, Set<Digest> blobs, Set<DiffId> layers) {
    static final Reach NONE = new Reach(Set.of(), Set.of(), Set.of());

    public Reach {
        documents = Set.copyOf(documents);
        blobs = Set.copyOf(blobs);
        layers = Set.copyOf(layers);
    }

    /** What an image reaches now. */
    static Reach of(Descriptor target, FileBlobs blobs) {
        Collecting collecting = new Collecting();
        new ImageWalk(blobs, document -> false, collecting).follow(target);
        collecting.documents.removeIf(digest -> !blobs.lies(digest));
        return new Reach(collecting.documents, collecting.blobs, collecting.layers);
    }

    private static final class Collecting implements ImageWalk.Visitor {
        private final Set<Digest> documents = new LinkedHashSet<>();
        private final Set<Digest> blobs = new LinkedHashSet<>();
        private final Set<DiffId> layers = new LinkedHashSet<>();

        @Override
        public void document(Descriptor document) {
            documents.add(document.digest());
        }

        @Override
        public void config(Descriptor config) {
            blobs.add(config.digest());
        }

        @Override
        public void layer(Descriptor layer, Optional<DiffId> diffId, List<DiffId> below) {
            blobs.add(layer.digest());
            diffId.ifPresent(layers::add);
        }
    }

    Reach plus(Reach other) {
        return new Reach(union(documents, other.documents), union(blobs, other.blobs), union(layers, other.layers));
    }

    private static <T> Set<T> union(Set<T> one, Set<T> other) {
        Set<T> all = new LinkedHashSet<>(one);
        all.addAll(other);
        return all;
    }

    /** For the database and for files: a line each, in order. */
    String toText() {
        return Stream.of(documents, blobs, layers)
                .map(digests -> digests.stream().map(Object::toString).sorted().collect(Collectors.joining(" ")))
                .collect(Collectors.joining("\n"));
    }

    /** @throws IllegalArgumentException if that isn't such a text */
    static Reach parse(String text) {
        List<List<String>> lines = new ArrayList<>();
        for (String line : text.split("\n", -1)) {
            lines.add(Stream.of(line.split(" ")).filter(word -> !word.isEmpty()).toList());
        }
        if (lines.size() != 3) {
            return NONE;
        }
        return new Reach(
                lines.get(0).stream().map(Digest::parse).collect(Collectors.toSet()),
                lines.get(1).stream().map(Digest::parse).collect(Collectors.toSet()),
                lines.get(2).stream().map(DiffId::parse).collect(Collectors.toSet()));
    }
}
