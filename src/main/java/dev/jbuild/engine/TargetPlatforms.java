package dev.jbuild.engine;

import dev.jbuild.oci.Platform;
import dev.jbuild.problem.UsageError;
import java.util.List;

/**
 * What a build is for.
 *
 * @param platforms in the order asked for, each once; none where nothing was asked for
 * @param index whether the result is an index, even if of one image
 */
record TargetPlatforms(List<Platform> platforms, boolean index) {
    private static final String MULTI_PLATFORM = "BUILDKIT_MULTI_PLATFORM";

    TargetPlatforms {
        platforms = List.copyOf(platforms);
    }

    /**
     * Reads what a request asks for.
     *
     * @throws UsageError if it asks for several platforms and for no index
     */
    static TargetPlatforms of(BuildRequest request) throws UsageError {
        List<Platform> platforms = request.platforms().stream().distinct().toList();
        boolean several = request.platforms().size() > 1;
        String asked = request.buildArgs().getOrDefault(MULTI_PLATFORM, "");
        if (asked.isEmpty()) {
            return new TargetPlatforms(platforms, several);
        }
        boolean index = isTrue(asked);
        if (several && !index) {
            throw new UsageError(
                    "several platforms were asked for, but also one image without an index",
                    "leave out --build-arg " + MULTI_PLATFORM + "=" + asked + " or give one --platform");
        }
        return new TargetPlatforms(platforms, index);
    }

    private static boolean isTrue(String value) throws UsageError {
        return switch (value) {
            case "1", "t", "T", "true", "TRUE", "True" -> true;
            case "0", "f", "F", "false", "FALSE", "False" -> false;
            default ->
                throw new UsageError(
                        "--build-arg " + MULTI_PLATFORM + "=" + value + " is neither true nor false",
                        "say 1 for an index even of one image");
        };
    }
}
