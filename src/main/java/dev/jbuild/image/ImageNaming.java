package dev.jbuild.image;

import dev.jbuild.oci.Digest;
import dev.jbuild.oci.ImageReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What an image output is called and where.
 *
 * @param given {@code name=}: what the image is called in an archive, in the store and in a registry
 * @param store keep it in the store under these names
 * @param push push it under these names
 * @param byDigest push it without a tag
 * @param canonical give it, besides each name, the name with its digest in place of the tag
 * @param danglingPrefix a name that it gets with its digest
 * @param danglingOnlyUnnamed use {@code danglingPrefix} only where there is no other name
 */
public record ImageNaming(
        List<ImageReference> given,
        boolean store,
        boolean push,
        boolean byDigest,
        boolean canonical,
        Optional<ImageReference> danglingPrefix,
        boolean danglingOnlyUnnamed) {
    static final ImageNaming NONE = new ImageNaming(List.of(), true, false, false, false, Optional.empty(), false);

    public ImageNaming {
        given = List.copyOf(given);
    }

    /**
     * The names that an image gets.
     *
     * @param others what it is called if this gives no name
     */
    public List<ImageReference> names(List<ImageReference> others, Digest image) {
        List<ImageReference> names = new ArrayList<>(given.isEmpty() ? others : given);
        if (canonical) {
            List.copyOf(names).forEach(name -> names.add(withDigest(name, image)));
        }
        if (danglingPrefix.isPresent() && !(danglingOnlyUnnamed && !names.isEmpty())) {
            names.add(withDigest(danglingPrefix.get(), image));
        }
        return names.stream().distinct().toList();
    }

    private static ImageReference withDigest(ImageReference name, Digest image) {
        return new ImageReference(name.domain(), name.path(), Optional.empty(), Optional.of(image));
    }
}
