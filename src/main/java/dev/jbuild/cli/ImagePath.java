package dev.jbuild.cli;

import dev.jbuild.image.ImageAddress;
import dev.jbuild.problem.UsageError;
import dev.jbuild.sys.RawPath;
import java.util.Optional;

/**
 * What a command is to look at: {@code IMAGE[@LAYER][:PATH]}. The path begins at the first {@code :/}, so that a colon before a
 * tag or a port isn't taken for it.
 *
 * @param image its address, with {@code @LAYER} if that may also be a digest
 * @param path absent if none was given
 */
record ImagePath(String image, Optional<RawPath> path) {
    static ImagePath parse(String text) throws UsageError {
        int transport = ImageAddress.transportLength(text);
        int colon = text.indexOf(":/", transport);
        // Of an address with a scheme, all of it is the image.
        while (colon >= 0 && text.startsWith("://", colon)) {
            colon = text.indexOf(":/", colon + 3);
        }
        String image = colon < 0 ? text : text.substring(0, colon);
        if (image.substring(Math.min(transport, image.length())).isEmpty()) {
            throw new UsageError("\"" + text + "\" names no image", "write IMAGE:PATH, such as busybox:/etc/passwd");
        }
        return new ImagePath(image, colon < 0 ? Optional.empty() : Optional.of(RawPath.of(text.substring(colon + 1))));
    }

    RawPath pathOrRoot() {
        return path.orElse(RawPath.ROOT);
    }
}
