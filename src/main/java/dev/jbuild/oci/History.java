package dev.jbuild.oci;

import java.time.Instant;
import java.util.Optional;

/**
 * One step in the history of an image (config.md, "history").
 *
 * @param createdBy the instruction
 * @param comment empty for none; BuildKit names itself here
 * @param author empty for none
 * @param emptyLayer whether the step added no layer
 */
public record History(Optional<Instant> created, String createdBy, String comment, String author, boolean emptyLayer) {}
