package dev.jbuild.graph.policy;

import dev.jbuild.graph.Op;
import dev.jbuild.oci.Digest;
import dev.jbuild.problem.UserError;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Files behind HTTP addresses as sources. */
final class PolicedFile {
    private static final String CHECKSUM = "http.checksum";
    private static final String NAME = "http.filename";

    private PolicedFile() {}

    static Op.Http converted(SourcePolicy policy, Op.Http op) throws UserError {
        Map<String, String> attributes = new TreeMap<>(Map.of(NAME, op.name()));
        op.checksum().ifPresent(digest -> attributes.put(CHECKSUM, digest.toString()));
        PolicySource source = new PolicySource(op.url(), attributes);
        PolicySource result = policy.evaluate(source);
        for (String name : result.attributes().keySet()) {
            if (!name.equals(CHECKSUM) && !result.attribute(name).equals(source.attribute(name))) {
                throw policy.unknownAttribute(name);
            }
        }
        if (!result.identifier().matches("https?://.*")) {
            throw policy.unusable("the file " + Op.Git.shown(op.url()), result);
        }
        try {
            String checksum = result.attribute(CHECKSUM);
            return new Op.Http(
                    result.identifier(),
                    op.name(),
                    checksum.isEmpty() ? Optional.empty() : Optional.of(Digest.parse(checksum)));
        } catch (IllegalArgumentException e) {
            throw new UserError("the source policy gives a checksum that is none: " + e.getMessage(), e);
        }
    }
}
