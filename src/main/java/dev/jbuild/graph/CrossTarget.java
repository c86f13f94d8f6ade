package dev.jbuild.graph;

import dev.jbuild.oci.Platform;
import java.util.Map;
import java.util.Optional;

/** What a stage compiles for, as its {@code TARGET…} variables tell: the names of its steps say so. */
record CrossTarget(String os, String architecture, String variant) {

    /** The target of a stage with these variables, if it asked for any of them. */
    static Optional<CrossTarget> of(Map<String, String> variables) {
        String whole = variables.getOrDefault("TARGETPLATFORM", "");
        if (!whole.isEmpty()) {
            try {
                Platform parsed = Platform.parse(whole, new Platform("linux", ""));
                return Optional.of(new CrossTarget(parsed.os(), parsed.architecture(), parsed.variant()));
            } catch (IllegalArgumentException e) {
                // A value of the user's own, which the single variables may make up for.
            }
        }
        boolean any = variables.containsKey("TARGETOS")
                || variables.containsKey("TARGETARCH")
                || variables.containsKey("TARGETVARIANT");
        return any
                ? Optional.of(new CrossTarget(
                        variables.getOrDefault("TARGETOS", ""),
                        variables.getOrDefault("TARGETARCH", ""),
                        variables.getOrDefault("TARGETVARIANT", "")))
                : Optional.empty();
    }

    /** {@code ->arm64} for a stage that runs on another platform than this target; else empty. */
    String suffix(Platform own) {
        Platform target = new Platform(
                        os.isEmpty() ? own.os() : os,
                        architecture.isEmpty() ? own.architecture() : architecture,
                        variant,
                        "")
                .normalised();
        if (!target.os().equals(own.os())) {
            return "->" + target;
        }
        if (target.architecture().equals(own.architecture())) {
            return "";
        }
        return "->" + target.architecture() + (target.variant().isEmpty() ? "" : "/" + target.variant());
    }
}
