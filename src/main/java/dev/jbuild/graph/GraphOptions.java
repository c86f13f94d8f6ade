package dev.jbuild.graph;

import dev.jbuild.oci.Platform;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What the command line says about a build's meaning.
 *
 * @param target stage name; the last stage when absent
 * @param buildArgs {@code --build-arg}
 * @param labels {@code --label}, added to the result
 * @param platform what the result is for; absent where nothing was asked for: then the build platform, or what the base
 *     image is for
 * @param multiPlatform whether the result is an index of platforms; the names of steps say theirs then
 * @param noCache ignore the cache for all steps
 * @param noCacheFilter ignore it for the steps of these stages
 * @param overrides what holds in place of the Buildfile, or in addition to it
 */
public record GraphOptions(
        Optional<String> target,
        Map<String, String> buildArgs,
        Map<String, String> labels,
        Optional<Platform> platform,
        Platform buildPlatform,
        boolean multiPlatform,
        boolean noCache,
        Set<String> noCacheFilter,
        BuildfileOverrides overrides) {
    public GraphOptions {
        buildArgs = Map.copyOf(buildArgs);
        labels = Map.copyOf(labels);
        noCacheFilter = Set.copyOf(noCacheFilter);
    }

    /** The options that a plain build for one platform has. */
    public static GraphOptions of(Platform platform) {
        return new GraphOptions(
                Optional.empty(),
                Map.of(),
                Map.of(),
                Optional.empty(),
                platform,
                false,
                false,
                Set.of(),
                BuildfileOverrides.NONE);
    }

    /** What the result is for. */
    public Platform targetPlatform() {
        return platform.orElse(buildPlatform);
    }

    /** The same build for another platform. */
    public GraphOptions forPlatform(Platform target) {
        return new GraphOptions(
                this.target,
                buildArgs,
                labels,
                Optional.of(target),
                buildPlatform,
                multiPlatform,
                noCache,
                noCacheFilter,
                overrides);
    }
}
