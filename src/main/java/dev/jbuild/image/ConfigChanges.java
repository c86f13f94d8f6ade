package dev.jbuild.image;

import dev.jbuild.buildfile.Buildfile;
import dev.jbuild.graph.Bases;
import dev.jbuild.graph.GraphBuilder;
import dev.jbuild.graph.GraphOptions;
import dev.jbuild.oci.ContainerConfig;
import dev.jbuild.oci.Digest;
import dev.jbuild.oci.ImageConfig;
import dev.jbuild.oci.ImageReference;
import dev.jbuild.oci.Platform;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.problem.UsageError;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Applies instructions such as {@code CMD ["sh"]} to a configuration ({@code docker import --change}). */
public final class ConfigChanges {
    private static final Set<String> ALLOWED = Set.of(
            "cmd",
            "entrypoint",
            "env",
            "expose",
            "healthcheck",
            "label",
            "onbuild",
            "stopsignal",
            "user",
            "volume",
            "workdir");

    private ConfigChanges() {}

    /**
     * @param instructions of the kinds CMD, ENTRYPOINT, ENV, EXPOSE, HEALTHCHECK, LABEL, ONBUILD, STOPSIGNAL, USER,
     *     VOLUME, WORKDIR
     * @throws UsageError for any other one, or one that can't be read
     */
    public static ContainerConfig apply(ContainerConfig config, List<String> instructions) throws UsageError {
        if (instructions.isEmpty()) {
            return config;
        }
        for (String instruction : instructions) {
            String word = instruction.strip().split("[ \t]", 2)[0].toLowerCase(Locale.ROOT);
            if (!ALLOWED.contains(word) || instruction.strip().contains("\n")) {
                throw new UsageError("\"" + word + "\" can't be used to change an image's configuration");
            }
        }
        try {
            String text = "FROM changed\n" + String.join("\n", instructions) + "\n";
            Platform platform = new Platform("linux", "amd64");
            ContainerConfig changed = GraphBuilder.build(
                            Buildfile.parse("--change", text), GraphOptions.of(platform), new Changed(withPath(config)))
                    .config();
            return config.envValue("PATH").isPresent() ? changed : withoutEmptyPath(changed);
        } catch (JbuildException e) {
            throw new UsageError("a change of the configuration is wrong: " + e.what());
        }
    }

    /** A build gives an image without a PATH the usual one, which an import doesn't want: this keeps it from that. */
    private static ContainerConfig withPath(ContainerConfig config) {
        return config.envValue("PATH").isPresent()
                ? config
                : config.toBuilder().env("PATH", "").build();
    }

    private static ContainerConfig withoutEmptyPath(ContainerConfig config) {
        return new ContainerConfig(
                config.user(),
                config.exposedPorts(),
                config.env().stream().filter(entry -> !entry.equals("PATH=")).toList(),
                config.entrypoint(),
                config.cmd(),
                config.volumes(),
                config.workingDir(),
                config.labels(),
                config.stopSignal(),
                config.healthcheck(),
                config.onBuild(),
                config.shell(),
                config.argsEscaped());
    }

    /** The one base image: it has the configuration to change. */
    private record Changed(ContainerConfig config) implements Bases {
        @Override
        public Base resolve(ImageReference reference, Platform platform) {
            ImageConfig image = ImageConfig.empty(platform);
            return new Base(
                    reference,
                    Digest.sha256(new byte[0]),
                    new ImageConfig(platform, image.created(), "", config, List.of(), List.of()));
        }

        @Override
        public Optional<NamedContext> named(String name, Platform platform) {
            return Optional.empty();
        }
    }
}
