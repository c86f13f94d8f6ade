package dev.jbuild.image;

import dev.jbuild.oci.Platform;
import dev.jbuild.problem.UsageError;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The annotations that were asked for. Those for one platform win over those for all. */
record Annotations(List<Annotation> all) {
    static final Annotations NONE = new Annotations(List.of());

    Annotations {
        all = List.copyOf(all);
    }

    /** What the manifest, or its entry in an index, of the image for a platform carries. */
    Map<String, String> of(Annotation.Place place, Platform platform) {
        Map<String, String> found = new TreeMap<>();
        for (Annotation annotation : all) {
            if (annotation.place() == place && annotation.platform().isEmpty()) {
                found.put(annotation.key(), annotation.value());
            }
        }
        for (Annotation annotation : all) {
            if (annotation.place() == place
                    && annotation.platform().filter(platform::equals).isPresent()) {
                found.put(annotation.key(), annotation.value());
            }
        }
        return found;
    }

    /** What the index, or what refers to it, carries. */
    Map<String, String> of(Annotation.Place place) {
        Map<String, String> found = new TreeMap<>();
        for (Annotation annotation : all) {
            if (annotation.place() == place) {
                found.put(annotation.key(), annotation.value());
            }
        }
        return found;
    }

    /**
     * Refuses annotations that the result has no place for.
     *
     * @param index whether the result is an index
     */
    void check(List<Platform> platforms, boolean index) throws UsageError {
        for (Annotation annotation : all) {
            if (annotation.platform().isPresent()
                    && !platforms.contains(annotation.platform().get())) {
                throw new UsageError("invalid annotation " + annotation.key() + ": the build is not for "
                        + annotation.platform().get());
            }
            boolean ofIndex = annotation.place() == Annotation.Place.INDEX
                    || annotation.place() == Annotation.Place.INDEX_DESCRIPTOR;
            if (ofIndex && !index) {
                throw new UsageError(
                        "invalid annotation " + annotation.key()
                                + ": index annotations not supported for single platform export",
                        "--build-arg BUILDKIT_MULTI_PLATFORM=1 makes an index of one image");
            }
        }
    }

    /** Whether any is for more than the manifest of an image. */
    boolean beyondManifests() {
        return all.stream().anyMatch(annotation -> annotation.place() != Annotation.Place.MANIFEST);
    }
}
