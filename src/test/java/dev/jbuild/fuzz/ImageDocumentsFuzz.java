package dev.jbuild.fuzz;

import dev.jbuild.oci.ImageConfig;
import dev.jbuild.oci.ImageIndex;
import dev.jbuild.oci.MalformedDocument;
import dev.jbuild.oci.Manifest;
import dev.jbuild.oci.Platform;
import dev.jbuild.oci.RawJson;

/** Reads whatever it is given as a manifest, an index and a configuration. */
public final class ImageDocumentsFuzz {
    private ImageDocumentsFuzz() {}

    public static void fuzzerTestOneInput(byte[] input) {
        Budget.hold(input, () -> read(input));
    }

    private static void read(byte[] input) {
        try {
            Manifest.parse(input, "");
        } catch (MalformedDocument promised) {
            // What is wrong with a document is said so.
        }
        try {
            ImageIndex.parse(input, "").manifestFor(new Platform("linux", "arm64"));
        } catch (MalformedDocument promised) {
            // As above.
        }
        try {
            ImageConfig config = ImageConfig.parse(input);
            ImageConfig again =
                    ImageConfig.parse(config.toJson(new RawJson(input)).bytes());
            if (!again.equals(config)) {
                throw new AssertionError("what was written isn't what was read: " + again + ", not " + config);
            }
        } catch (MalformedDocument promised) {
            // As above.
        }
    }
}
