package dev.jbuild.sandbox.cdi;

import java.nio.file.Path;

/**
 * One file of specs.
 *
 * @param kind {@code vendor/class}
 * @param edits for whoever gets one of its devices
 */
record CdiSpec(Path file, String kind, ContainerEdits edits) {}
