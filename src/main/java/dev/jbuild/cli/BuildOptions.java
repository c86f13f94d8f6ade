package dev.jbuild.cli;

import dev.jbuild.problem.UsageError;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The flags of {@code build}, spelled as docker buildx spells them. Filled by picocli. */
final class BuildOptions {
    @Option(
            names = {"-f", "--file"},
            paramLabel = "FILE",
            description = "The Buildfile; - is standard input. Looked up: Buildfile, Dockerfile, Containerfile.")
    @Nullable
    String file;

    @Option(
            names = {"-t", "--tag"},
            paramLabel = "NAME[:TAG]",
            description = "Name the image. May be repeated.")
    List<String> tags = new ArrayList<>();

    @Option(names = "--target", paramLabel = "STAGE", description = "Build this stage.")
    @Nullable
    String target;

    @Option(
            names = "--build-arg",
            paramLabel = "NAME[=VALUE]",
            description = "Set an ARG; without a value from the environment.")
    List<String> buildArgs = new ArrayList<>();

    @Option(names = "--label", paramLabel = "KEY=VALUE", description = "Add a label to the image.")
    List<String> labels = new ArrayList<>();

    @Option(names = "--squash", description = "Make one layer of all that the build makes.")
    boolean squash;

    @Option(names = "--squash-all", description = "Make one layer of all, those of the base image included.")
    boolean squashAll;

    @Option(names = "--unsetenv", paramLabel = "NAME", description = "Leave an environment variable out of the image.")
    List<String> unsetEnv = new ArrayList<>();

    @Option(names = "--unsetlabel", paramLabel = "KEY", description = "Leave a label out of the image.")
    List<String> unsetLabels = new ArrayList<>();

    @Option(names = "--omit-history", description = "Leave the history out of the image.")
    boolean omitHistory;

    @Option(
            names = "--annotation",
            paramLabel = "[TYPE[[PLATFORM]]:]KEY=VALUE",
            description = "Annotate the image's manifest, or TYPE: index, manifest-descriptor, index-descriptor.")
    List<String> annotations = new ArrayList<>();

    @Option(names = "--attest", hidden = true, paramLabel = "type=TYPE,disabled=true", description = "Attestations.")
    List<String> attest = new ArrayList<>();

    @Option(names = "--provenance", hidden = true, paramLabel = "false", description = "How it was built.")
    List<String> provenance = new ArrayList<>();

    @Option(names = "--sbom", hidden = true, paramLabel = "false", description = "What is in it.")
    List<String> sbom = new ArrayList<>();

    @Option(
            names = "--platform",
            paramLabel = "OS/ARCH[/VARIANT],…",
            split = ",",
            description = "Build for these platforms; several make an index. May be repeated.")
    List<String> platforms = new ArrayList<>();

    @Option(
            names = "--build-context",
            paramLabel = "NAME=SOURCE",
            description = "A further context: DIR, a git or HTTP address, oci-layout:DIR or docker-image://REF.")
    List<String> contexts = new ArrayList<>();

    @Option(
            names = "--verify-context",
            description = "Read all files that are copied, also those that look as they did when they were last read.")
    boolean verifyContext;

    @Option(
            names = "--mode-policy",
            paramLabel = "exact|git",
            description =
                    "What counts, and is copied, of the permissions of a context's files: all, or as in git whether"
                            + " they can be executed (0755 or 0644).")
    String modePolicy = "exact";

    @Option(
            names = {"-o", "--output"},
            paramLabel = "OUTPUT",
            description = "Where the result goes: type=oci|docker|local|tar|image|registry[,dest=PATH]…, a directory,"
                    + " or - for a tar on standard output.")
    List<String> outputs = new ArrayList<>();

    @Option(names = "--load", description = "Keep the image in the store, which happens anyway.")
    boolean load;

    @Option(names = "--push", description = "Push the image to the registries of its names.")
    boolean push;

    @Option(names = "--no-cache", description = "Run every step again.")
    boolean noCache;

    @Option(
            names = "--no-cache-filter",
            paramLabel = "STAGE,…",
            split = ",",
            description = "Run every step of these stages again.")
    List<String> noCacheFilter = new ArrayList<>();

    @Option(
            names = "--cache-from",
            paramLabel = "type=local,src=DIR|[type=registry,ref=]IMAGE",
            description = "Ask this cache for what the store doesn't know. May be repeated; asked in the order given.")
    List<String> cacheFrom = new ArrayList<>();

    @Option(
            names = "--cache-to",
            paramLabel = "type=local,dest=DIR|type=registry,ref=IMAGE|type=inline[,mode=max]…",
            description = "Write the results of the steps to this cache. May be repeated.")
    List<String> cacheTo = new ArrayList<>();

    @Option(
            names = "--cache-ttl",
            paramLabel = "DURATION",
            description = "Run steps again whose results are older than that, such as 36h or 7d.")
    @Nullable
    String cacheTtl;

    @Option(
            names = "--cache-key",
            paramLabel = "content|strict",
            description =
                    "What a RUN step is known again by: the files that it sees without their times, or with them.")
    String cacheKey = "content";

    @Option(names = "--pull", description = "Ask the registries for newer base images.")
    boolean pull;

    @Option(
            names = {"-q", "--quiet"},
            description = "Print nothing but the image's ID.")
    boolean quiet;

    @Option(
            names = "--progress",
            paramLabel = "auto|plain|tty|rawjson|quiet",
            description = "How progress is shown (JBUILD_PROGRESS).")
    @Nullable
    String progress;

    @Option(
            names = "--trace",
            paramLabel = "FILE",
            description = "Write what ran when to a file, as Chrome's trace events (for chrome://tracing, Perfetto).")
    @Nullable
    String trace;

    @Option(
            names = "--on-failure",
            paramLabel = "keep|shell",
            description = "If a RUN fails, keep its files as an image without a name, or open a shell in them.")
    @Nullable
    String onFailure;

    @Option(
            names = "--collect",
            paramLabel = "PATTERN=DIR",
            description = "If a RUN fails, copy its files that match to a directory of this machine. May be repeated.")
    List<String> collect = new ArrayList<>();

    @Option(names = "--iidfile", paramLabel = "FILE", description = "Write the image's ID to a file.")
    @Nullable
    String iidFile;

    @Option(
            names = "--metadata-file",
            paramLabel = "FILE",
            description = "Write digests and names of the result to a file, as JSON.")
    @Nullable
    String metadataFile;

    @Option(
            names = {"--network", "--net"},
            paramLabel = "default|private|bridge|host|none",
            description = "The network of RUN steps: one that only leads out (the default if pasta or slirp4netns"
                    + " is installed), one on a bridge of this machine (root only, by netavark or CNI), the host's, or"
                    + " none.")
    String network = "default";

    @Option(names = "--add-host", paramLabel = "NAME:ADDRESS", description = "Add a line to /etc/hosts of RUN steps.")
    List<String> addHosts = new ArrayList<>();

    @Option(
            names = "--secret",
            paramLabel = "id=ID[,src=FILE|,env=NAME]",
            description = "A secret for RUN --mount=type=secret.")
    List<String> secrets = new ArrayList<>();

    @Option(names = "--ignorefile", paramLabel = "FILE", description = "Use this in place of .dockerignore.")
    @Nullable
    String ignoreFile;

    @Option(
            names = {"--jobs", "--max-parallelism"},
            paramLabel = "N",
            description = "How many steps run at once.")
    int jobs;

    @Option(
            names = "--ssh",
            paramLabel = "default|ID[=SOCKET|KEY,…]",
            description = "An SSH agent, or keys, for RUN --mount=type=ssh.")
    List<String> ssh = new ArrayList<>();

    @Mixin
    ResourceOptions resources = new ResourceOptions();

    @Mixin
    DeviceOption devices = new DeviceOption();

    @Option(
            names = "--allow",
            paramLabel = "network.host|security.insecure|host.mount|device[=NAME[,alias=NAME]]",
            description = "Allow what a build may not do by default.")
    List<String> allow = new ArrayList<>();

    @Option(
            names = "--call",
            paramLabel = "build|check|outline|targets[,format=json]",
            description = "Check the Buildfile, or list what can be given or built, instead of building.")
    @Nullable
    String call;

    @Option(
            names = "--check",
            arity = "0..1",
            fallbackValue = "true",
            description = "Check the Buildfile without building: --call=check.")
    boolean check;

    @Mixin
    RegistryFlags registries = new RegistryFlags();

    @Option(
            names = "--build-arg-file",
            paramLabel = "FILE",
            description = "Set the ARGs that a file lists, NAME=VALUE a line; --build-arg goes before them.")
    List<String> buildArgFiles = new ArrayList<>();

    @Option(
            names = "--source-policy-file",
            paramLabel = "FILE",
            description =
                    "What may be used from outside, and what is used in place of it: a source policy of BuildKit, as"
                            + " JSON.")
    @Nullable
    String sourcePolicyFile;

    @Option(
            names = "--from",
            paramLabel = "IMAGE",
            description = "Start the first stage from this image in place of that of its FROM.")
    @Nullable
    String from;

    @Option(
            names = "--mount",
            paramLabel = "type=TYPE,…",
            description = "A mount that every RUN has, written as RUN --mount is.")
    List<String> mounts = new ArrayList<>();

    @Option(
            names = {"-v", "--volume"},
            paramLabel = "SOURCE:TARGET[:ro|rw|O]",
            description =
                    "Show a directory of this machine to every RUN. rw, as without an option, needs --allow host.mount;"
                            + " O drops what is written.")
    List<String> volumes = new ArrayList<>();

    @Option(
            names = "--isolation",
            paramLabel = "auto|ns|oci|rootless|default|chroot",
            description =
                    "How steps are kept apart: by namespaces of their own, or, where these aren't allowed, in copies of their"
                            + " file systems by chroot alone, which keeps little apart.")
    @Nullable
    String isolation;

    @Option(
            names = "--runtime",
            paramLabel = "runc|crun|PATH",
            description = "The OCI runtime that runs the steps; by default jbuild does it by itself, which is faster.")
    @Nullable
    String runtime;

    @Option(
            names = "--heartbeat",
            paramLabel = "DURATION",
            description =
                    "How often plain progress says what still runs when nothing else is to be said, 1m; 0 for never.")
    String heartbeat = "1m";

    @Option(
            names = "--stall-report",
            paramLabel = "DURATION",
            description =
                    "After how long without output, processor time or reading and writing the log of a step tells its"
                            + " processes and where in the kernel they wait, 5m; 0 for never.")
    String stallReport = "5m";

    @Option(names = "--rm", hidden = true, description = "Nothing is left behind anyway.")
    boolean remove;

    @Option(names = "--force-rm", hidden = true, description = "Nothing is left behind anyway.")
    boolean forceRemove;

    @Option(names = "--layers", hidden = true, description = "Layers are cached anyway.")
    boolean layers;

    /** What is to be done with the Buildfile. */
    CallFlag call() throws UsageError {
        CallFlag asked = CallFlag.parse(call == null ? "build" : call);
        return check && asked.method() == CallFlag.Method.BUILD
                ? new CallFlag(CallFlag.Method.CHECK, asked.json(), asked.ignoreStatus())
                : asked;
    }

    /** Absent for 0, which means never. */
    static Optional<Duration> interval(String flag, String text) throws UsageError {
        Optional<Duration> duration = text.equals("0") ? Optional.of(Duration.ZERO) : PruneFilters.duration(text);
        if (duration.isPresent()) {
            return duration.filter(each -> !each.isZero());
        }
        throw new UsageError(flag + "=" + text + " is not a duration", "such as 30s or 5m; 0 for never");
    }
}
