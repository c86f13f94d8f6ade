package dev.jbuild.graph.policy;

import dev.jbuild.oci.Digest;
import dev.jbuild.oci.ImageReference;
import dev.jbuild.problem.UserError;
import java.util.Map;

/** Images as sources. */
final class PolicedImage {
    private static final String SCHEME = "docker-image://";
    private static final String CHECKSUM = "image.checksum";
    private static final String RESOLVE_MODE = "image.resolvemode";

    private PolicedImage() {}

    static ImageReference converted(SourcePolicy policy, ImageReference reference, boolean pull) throws UserError {
        PolicySource source = new PolicySource(SCHEME + reference, pull ? Map.of(RESOLVE_MODE, "pull") : Map.of());
        PolicySource result = policy.evaluate(source);
        if (result.equals(source)) {
            return reference;
        }
        for (String name : result.attributes().keySet()) {
            if (!name.equals(CHECKSUM) && !result.attribute(name).equals(source.attribute(name))) {
                throw policy.unknownAttribute(name);
            }
        }
        if (!result.identifier().startsWith(SCHEME)) {
            throw policy.unusable("the image " + reference, result);
        }
        try {
            ImageReference other = ImageReference.parse(result.identifier().substring(SCHEME.length()));
            String checksum = result.attribute(CHECKSUM);
            return checksum.isEmpty() ? other : other.withDigest(Digest.parse(checksum));
        } catch (IllegalArgumentException e) {
            throw policy.unusable("the image " + reference, result);
        }
    }
}
