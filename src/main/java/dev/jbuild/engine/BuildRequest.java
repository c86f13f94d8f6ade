package dev.jbuild.engine;

import dev.jbuild.graph.BuildfileOverrides;
import dev.jbuild.graph.policy.SourcePolicy;
import dev.jbuild.image.Finish;
import dev.jbuild.oci.ImageReference;
import dev.jbuild.oci.Platform;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Everything that a build is asked for with.
 *
 * @param buildfile where the Buildfile is
 * @param context what COPY and ADD read from
 * @param ignoreFile {@code --ignorefile}: instead of the ignore files beside the Buildfile and in the context
 * @param platforms {@code --platform}, in order; the host's when there is none
 * @param hostPlatform what this machine runs
 * @param finish what becomes of the image after its last step
 * @param contexts {@code --build-context}: by name, the value as given
 * @param contextSettings how the files of contexts are read
 * @param outputs where the result goes; with none it is only kept in the store
 * @param caches those outside the store
 * @param jobs how many steps run at once; 0 for as many as there are processors
 * @param network what a RUN without {@code --network} gets: {@code default}, {@code none} or {@code host}
 * @param addHosts {@code name:address}
 * @param secrets {@code --secret}, by id
 * @param steps how RUN steps run
 * @param sourcePolicy what may be used from outside, and what is used in place of it
 * @param overrides what holds in place of the Buildfile, or in addition to it
 * @param detailed whether events say what usually nobody wants to know
 * @param stream where an output with {@code dest=-} goes
 */
public record BuildRequest(
        BuildfileSource buildfile,
        ContextSource context,
        Optional<Path> ignoreFile,
        List<ImageReference> tags,
        Optional<String> target,
        Map<String, String> buildArgs,
        Map<String, String> labels,
        List<Platform> platforms,
        Platform hostPlatform,
        Finish finish,
        Map<String, String> contexts,
        ContextSettings contextSettings,
        List<Output> outputs,
        boolean noCache,
        Set<String> noCacheFilter,
        CacheSettings caches,
        boolean pull,
        int jobs,
        String network,
        List<String> addHosts,
        Map<String, Secret> secrets,
        StepSettings steps,
        SourcePolicy sourcePolicy,
        BuildfileOverrides overrides,
        boolean detailed,
        OutputStream stream) {
    public BuildRequest {
        tags = List.copyOf(tags);
        buildArgs = Map.copyOf(buildArgs);
        labels = Map.copyOf(labels);
        platforms = List.copyOf(platforms);
        contexts = Map.copyOf(contexts);
        outputs = List.copyOf(outputs);
        noCacheFilter = Set.copyOf(noCacheFilter);
        addHosts = List.copyOf(addHosts);
        secrets = Map.copyOf(secrets);
    }

    /**
     * A text and where it came from.
     *
     * @param path the file's path, absent when it came from standard input; ignore files are looked up beside it
     */
    public record NamedText(String name, String text, Optional<Path> path) {}

    /** Where a secret's value comes from: a file of the host, or a value taken from the environment. */
    public sealed interface Secret {
        record File(Path path) implements Secret {}

        record Value(String value) implements Secret {}
    }
}
