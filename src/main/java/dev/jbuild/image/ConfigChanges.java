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
            if (!ALLOWED.contains(word)) {
                throw new UsageError("\"" + word + "\" can't be used to change an image's configuration");
            }
        }
        try {
            String text = "FROM changed\n" + String.join("\n", instructions) + "\n";
            Platform platform = new Platform("linux", "amd64");
            return GraphBuilder.build(Buildfile.parse("--change", text), GraphOptions.of(platform), new Changed(config))
                    .config();
        } catch (JbuildException e) {
            throw new UsageError("a change of the configuration is wrong: " + e.what());
        }
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
