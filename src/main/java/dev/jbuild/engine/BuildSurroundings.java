package dev.jbuild.engine;

import dev.jbuild.buildfile.IgnorePatterns;
import dev.jbuild.buildfile.Surroundings;
import dev.jbuild.graph.Bases;
import dev.jbuild.graph.GraphOptions;
import dev.jbuild.graph.PredefinedVariables;
import dev.jbuild.oci.ImageReference;
import dev.jbuild.oci.Platform;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a build knows that does not stand in its Buildfile.
 *
 * @param predefined the predefined arguments
 * @param bases those that were looked up; others count as unknown
 */
record BuildSurroundings(
        GraphOptions options,
        Map<String, String> predefined,
        Optional<IgnorePatterns> ignorePatterns,
        RememberedBases bases)
        implements Surroundings {
    private static final String SCRATCH = "scratch";

    @Override
    public Map<String, String> buildArgs() {
        return options.buildArgs();
    }

    @Override
    public boolean isImageName(String text) {
        return reference(text).isPresent();
    }

    private static Optional<ImageReference> reference(String text) {
        try {
            return Optional.of(ImageReference.parse(text));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    @Override
    public Optional<PlatformName> platform(String text) {
        return parsed(text).map(BuildSurroundings::name);
    }

    private Optional<Platform> parsed(String text) {
        try {
            return Optional.of(Platform.parse(text, options.buildPlatform()));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static PlatformName name(Platform platform) {
        return new PlatformName(
                platform.os(), platform.architecture(), platform.normalised().toString());
    }

    @Override
    public PlatformName targetPlatform() {
        return name(options.targetPlatform());
    }

    @Override
    public Base base(String image, Optional<String> platform) {
        if (image.equals(SCRATCH)) {
            return new Base(withPath(Map.of()), false, Optional.empty(), List.of(), true);
        }
        Platform wanted = platform.flatMap(this::parsed).orElse(options.targetPlatform());
        Optional<ImageReference> reference = reference(image);
        if (reference.isPresent() && bases.isFiles(reference.get(), wanted)) {
            return base(SCRATCH, platform);
        }
        return reference
                .flatMap(name -> bases.image(name, wanted))
                .map(BuildSurroundings::base)
                .orElse(Base.UNKNOWN);
    }

    private static Base base(Bases.Base base) {
        Map<String, String> environment = new LinkedHashMap<>();
        for (String variable : base.config().config().env()) {
            int equals = variable.indexOf('=');
            environment.put(
                    equals < 0 ? variable : variable.substring(0, equals),
                    equals < 0 ? "" : variable.substring(equals + 1));
        }
        Platform platform = base.config().platform();
        return new Base(
                withPath(environment),
                !base.config().config().shell().isEmpty(),
                platform.os().isEmpty() ? Optional.empty() : Optional.of(name(platform)),
                base.config().config().onBuild(),
                true);
    }

    private static Map<String, String> withPath(Map<String, String> environment) {
        Map<String, String> all = new LinkedHashMap<>(environment);
        all.putIfAbsent("PATH", PredefinedVariables.PATH);
        return all;
    }
}
