package dev.jbuild.graph;

import dev.jbuild.oci.Platform;
import java.util.LinkedHashMap;
import java.util.Map;

/** The variables that a build has although no file defines them. */
public final class PredefinedVariables {
    /** The search path of images that set none. */
    public static final String PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    private PredefinedVariables() {}

    /**
     * The arguments that FROM lines may use and stages may ask for, with the values that the command line gives them.
     *
     * @param lastStage the name of the last stage, or an empty text
     */
    public static Map<String, String> arguments(GraphOptions options, String lastStage) {
        Platform build = options.buildPlatform();
        Platform target = options.targetPlatform();
        String stage = options.target().orElse(lastStage);
        Map<String, String> arguments = new LinkedHashMap<>();
        arguments.put("BUILDPLATFORM", withoutVersion(build).toString());
        arguments.put("BUILDOS", build.os());
        arguments.put("BUILDOSVERSION", build.osVersion());
        arguments.put("BUILDARCH", build.architecture());
        arguments.put("BUILDVARIANT", build.variant());
        arguments.put("TARGETPLATFORM", target.toString());
        arguments.put("TARGETOS", target.os());
        arguments.put("TARGETOSVERSION", target.osVersion());
        arguments.put("TARGETARCH", target.architecture());
        arguments.put("TARGETVARIANT", target.variant());
        arguments.put("TARGETSTAGE", stage.isEmpty() ? "default" : stage);
        arguments.replaceAll((name, value) -> options.buildArgs().getOrDefault(name, value));
        return arguments;
    }

    private static Platform withoutVersion(Platform platform) {
        return new Platform(platform.os(), platform.architecture(), platform.variant(), "");
    }
}
