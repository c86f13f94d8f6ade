package dev.jbuild.cli;

import dev.jbuild.config.EnvironmentVariable;
import dev.jbuild.context.ModePolicy;
import dev.jbuild.engine.BuildRequest;
import dev.jbuild.engine.BuildRequest.Secret;
import dev.jbuild.engine.ContextSettings;
import dev.jbuild.engine.Output;
import dev.jbuild.engine.StepSettings;
import dev.jbuild.graph.BuildfileOverrides;
import dev.jbuild.graph.GitAddress;
import dev.jbuild.graph.policy.SourcePolicy;
import dev.jbuild.image.Annotation;
import dev.jbuild.image.Finish;
import dev.jbuild.oci.ImageReference;
import dev.jbuild.oci.Platform;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.problem.UsageError;
import dev.jbuild.problem.UserError;
import dev.jbuild.sandbox.Isolation;
import dev.jbuild.solver.HostVolume;
import dev.jbuild.solver.OnFailure;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Turns the flags of {@code build}, and the parts of the environment that it heeds, into a request. */
final class BuildRequests {
    private static final String SOURCE_DATE_EPOCH = "SOURCE_DATE_EPOCH";

    private static final String LAYOUT = "oci-layout:";

    private final Invocation invocation;
    private final Console console;
    private final BuildOptions options;
    private final Optional<OnFailure.Terminal> terminal;

    BuildRequests(Invocation invocation, BuildOptions options) {
        this(invocation, options, Optional.empty());
    }

    /** @param terminal lent to a shell if one is asked for */
    BuildRequests(Invocation invocation, BuildOptions options, Optional<OnFailure.Terminal> terminal) {
        this.terminal = terminal;
        this.invocation = invocation;
        this.console = invocation.console();
        this.options = options;
    }

    /**
     * @param context the argument: a directory, an address, or {@code -} for standard input
     * @param emptyContext for builds that have none
     */
    BuildRequest request(String context, EmptyContext emptyContext, OutputStream stream) throws JbuildException {
        AttestFlag.check(options.attest, options.provenance, options.sbom);
        BuildSourceArguments sources = new BuildSourceArguments(console, options.file, context, emptyContext);
        List<Output> outputs = outputs();
        return new BuildRequest(
                sources.buildfile(),
                sources.context(),
                Optional.ofNullable(options.ignoreFile).map(console::resolve),
                tags(),
                Optional.ofNullable(options.target).filter(target -> !target.isEmpty()),
                buildArgs(),
                pairs("--label", options.labels),
                platforms(),
                invocation.hostPlatform(),
                finish(),
                contexts(),
                contextSettings(),
                outputs,
                options.noCache,
                new HashSet<>(options.noCacheFilter),
                CacheFlags.parse(
                        options.cacheFrom, options.cacheTo, inlineCache(), options.cacheTtl, options.cacheKey, console),
                options.pull,
                jobs(),
                options.network,
                hosts(),
                secrets(),
                steps(),
                sourcePolicy(),
                overrides(),
                invocation.globals().debug,
                stream);
    }

    private ContextSettings contextSettings() throws UsageError {
        ModePolicy modes = switch (options.modePolicy) {
            case "exact" -> ModePolicy.EXACT;
            case "git" -> ModePolicy.GIT;
            default ->
                throw new UsageError("--mode-policy=" + options.modePolicy + " is unknown", "known are exact and git");
        };
        return new ContextSettings(options.verifyContext, modes);
    }

    private StepSettings steps() throws UsageError {
        Map<String, List<Path>> agents = new LinkedHashMap<>();
        for (String value : options.ssh) {
            SshFlag flag = SshFlag.parse(value, console);
            if (agents.put(flag.id(), flag.files()) != null) {
                throw new UsageError("--ssh: the id " + flag.id() + " is given twice");
            }
        }
        List<HostVolume> volumes = new ArrayList<>();
        for (String value : options.volumes) {
            volumes.add(VolumeFlag.parse(value));
        }
        AllowFlag allowed = AllowFlag.of(options.allow, options.network.equals("host"));
        return new StepSettings(
                options.resources.confinement(console),
                options.resources.nameServers(),
                allowed.entitlements(),
                allowed.devices(),
                options.devices.requests(console),
                agents,
                volumes,
                isolation(),
                onFailure(),
                BuildOptions.interval("--stall-report", options.stallReport));
    }

    private OnFailure onFailure() throws UsageError {
        String asked = options.onFailure == null ? "" : options.onFailure;
        if (!List.of("", "keep", "shell").contains(asked)) {
            throw new UsageError("--on-failure=" + asked + " is unknown", "known are keep and shell");
        }
        boolean shell = asked.equals("shell");
        if (shell && !(console.inputIsTerminal() && console.outputIsTerminal() && console.errorIsTerminal())) {
            throw new UsageError(
                    "--on-failure=shell needs a terminal", "use --on-failure=keep and open a shell with jbuild run");
        }
        return new OnFailure(collections(), asked.equals("keep"), shell ? terminal : Optional.empty());
    }

    private List<OnFailure.Collection> collections() throws UsageError {
        List<OnFailure.Collection> collections = new ArrayList<>();
        for (String value : options.collect) {
            // A directory rarely has one in its name; a pattern may have any character.
            int equals = value.lastIndexOf('=');
            if (equals <= 0 || equals == value.length() - 1) {
                throw new UsageError(
                        "--collect " + value + " is not of the form PATTERN=DIR", "as in 'target/**/*.xml=reports'");
            }
            collections.add(
                    new OnFailure.Collection(value.substring(0, equals), console.resolve(value.substring(equals + 1))));
        }
        return collections;
    }

    private Isolation isolation() throws UsageError {
        Isolation isolation = isolationAlone();
        if (isolation == Isolation.CHROOT && options.runtime != null) {
            throw new UsageError("--runtime makes namespaces, which --isolation=chroot does without", "leave one out");
        }
        return isolation;
    }

    private Isolation isolationAlone() throws UsageError {
        return options.isolation != null
                ? IsolationFlag.required(options.isolation)
                : console.variable(EnvironmentVariable.BUILDAH_ISOLATION)
                        .flatMap(IsolationFlag::parse)
                        .orElse(Isolation.NAMESPACES);
    }

    private BuildfileOverrides overrides() throws UsageError {
        if (options.from != null) {
            Invocation.reference(options.from);
        }
        return new BuildfileOverrides(Optional.ofNullable(options.from), options.mounts);
    }

    private SourcePolicy sourcePolicy() throws JbuildException {
        Optional<String> file = Optional.ofNullable(options.sourcePolicyFile)
                .or(() -> console.variable(EnvironmentVariable.EXPERIMENTAL_BUILDKIT_SOURCE_POLICY));
        return file.isPresent() ? SourcePolicyFile.read(console.resolve(file.get())) : SourcePolicy.NONE;
    }

    private int jobs() throws UsageError {
        if (options.jobs < 0) {
            throw new UsageError("--jobs " + options.jobs + ": a number of steps can't be negative");
        }
        return options.jobs;
    }

    private List<ImageReference> tags() throws UsageError {
        List<ImageReference> references = new ArrayList<>();
        for (String tag : options.tags) {
            ImageReference reference = Invocation.reference(tag);
            if (reference.digest().isPresent()) {
                throw new UsageError("--tag " + tag + ": a name to be given can't hold a digest");
            }
            references.add(reference);
        }
        return references;
    }

    private Finish finish() {
        Finish.Squashing squashing = options.squashAll
                ? Finish.Squashing.ALL
                : options.squash ? Finish.Squashing.NEW : Finish.Squashing.NONE;
        return new Finish(
                squashing, new HashSet<>(options.unsetEnv), new HashSet<>(options.unsetLabels), options.omitHistory);
    }

    private List<Platform> platforms() throws UsageError {
        List<Platform> platforms = new ArrayList<>();
        List<String> asked = options.platforms.isEmpty()
                ? console.variable(EnvironmentVariable.DOCKER_DEFAULT_PLATFORM).stream()
                        .toList()
                : options.platforms;
        for (String platform : asked) {
            platforms.add(
                    platform.strip().equals("local")
                            ? invocation.hostPlatform()
                            : invocation.platform(Optional.of(platform.strip())));
        }
        return platforms;
    }

    private Map<String, String> buildArgs() throws JbuildException {
        Map<String, String> args = new LinkedHashMap<>();
        console.variable(EnvironmentVariable.SOURCE_DATE_EPOCH).ifPresent(epoch -> args.put(SOURCE_DATE_EPOCH, epoch));
        for (String file : options.buildArgFiles) {
            args.putAll(ArgumentFile.read(console.resolve(file)));
        }
        for (String arg : options.buildArgs) {
            int equals = arg.indexOf('=');
            String name = equals < 0 ? arg : arg.substring(0, equals);
            if (name.isEmpty()) {
                throw new UsageError("--build-arg " + arg + " has no name");
            }
            if (equals >= 0) {
                args.put(name, arg.substring(equals + 1));
            } else if (console.environment().containsKey(name)) {
                args.put(name, console.environment().get(name));
            }
        }
        return args;
    }

    /** The build argument by which BuildKit is told to. */
    private boolean inlineCache() throws JbuildException {
        String value = buildArgs().getOrDefault("BUILDKIT_INLINE_CACHE", "");
        return List.of("1", "t", "T", "true", "TRUE", "True").contains(value);
    }

    private static Map<String, String> pairs(String flag, List<String> values) throws UsageError {
        Map<String, String> pairs = new LinkedHashMap<>();
        for (String value : values) {
            int equals = value.indexOf('=');
            String key = equals < 0 ? value : value.substring(0, equals);
            if (key.isEmpty()) {
                throw new UsageError(flag + " " + value + " has no key");
            }
            pairs.put(key, equals < 0 ? "" : value.substring(equals + 1));
        }
        return pairs;
    }

    private Map<String, String> contexts() throws UserError {
        Map<String, String> contexts = new LinkedHashMap<>();
        for (Map.Entry<String, String> context :
                pairs("--build-context", options.contexts).entrySet()) {
            String value = context.getValue();
            if (value.isEmpty()) {
                throw new UsageError("--build-context " + context.getKey() + " says no source", "as in name=DIR");
            }
            contexts.put(contextName(context.getKey()), contextValue(value));
        }
        return contexts;
    }

    /** A name in the form that stages and images are looked up by: without {@code :latest}. */
    private static String contextName(String name) {
        try {
            return ImageReference.parse(name).shortName();
        } catch (IllegalArgumentException e) {
            // Then it can only be that of a stage.
            return name;
        }
    }

    private String contextValue(String value) throws UserError {
        if (value.startsWith(LAYOUT)) {
            String path = value.substring(LAYOUT.length());
            return LAYOUT + console.resolve(path.startsWith("//") ? path.substring(2) : path);
        }
        boolean directory = !value.contains("://") && GitAddress.parse(value).isEmpty();
        return directory ? console.resolve(value).toString() : value;
    }

    private List<Output> outputs() throws UsageError {
        List<Output> outputs = new ArrayList<>();
        for (String value : options.outputs) {
            outputs.add(OutputFlag.parse(value, console));
        }
        Map<String, String> annotations = annotations();
        if (outputs.isEmpty() && !options.push && !annotations.isEmpty()) {
            outputs.add(new Output("image", Map.of()));
        }
        if (options.push) {
            if (options.tags.isEmpty()) {
                throw new UsageError("--push needs a name to push to", "add --tag REGISTRY/NAME:TAG");
            }
            outputs.add(new Output("registry", Map.of()));
        }
        outputs.replaceAll(output -> output.with(annotations));
        if (outputs.stream().filter(OutputFlag::toStandardOutput).count() > 1) {
            throw new UsageError("only one output can go to standard output");
        }
        if (console.outputIsTerminal() && outputs.stream().anyMatch(OutputFlag::toStandardOutput)) {
            throw new UsageError("an archive would be written to the terminal", "add dest=FILE or redirect the output");
        }
        return outputs;
    }

    /** As attributes of outputs. */
    private Map<String, String> annotations() throws UsageError {
        Map<String, String> attributes = new LinkedHashMap<>();
        for (String annotation : options.annotations) {
            try {
                attributes.putAll(Annotation.attributes(annotation));
            } catch (IllegalArgumentException e) {
                throw new UsageError("--annotation: " + e.getMessage());
            }
        }
        return attributes;
    }

    private List<String> hosts() throws UsageError {
        List<String> hosts = new ArrayList<>();
        for (String host : options.addHosts) {
            int separator = host.indexOf('=') >= 0 ? host.indexOf('=') : host.indexOf(':');
            if (separator <= 0 || separator == host.length() - 1) {
                throw new UsageError("--add-host " + host + " is not of the form NAME:ADDRESS");
            }
            String address = host.substring(separator + 1).replaceAll("^\\[(.*)]$", "$1");
            hosts.add(host.substring(0, separator) + ":" + address);
        }
        return hosts;
    }

    private Map<String, Secret> secrets() throws UsageError {
        Map<String, Secret> secrets = new LinkedHashMap<>();
        for (String value : options.secrets) {
            SecretFlag flag = SecretFlag.parse(value, console);
            secrets.put(flag.id(), flag.secret());
        }
        return secrets;
    }
}
