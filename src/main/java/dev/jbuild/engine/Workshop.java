package dev.jbuild.engine;

import dev.jbuild.builds.StepObserver;
import dev.jbuild.cache.ResultSource;
import dev.jbuild.context.BuildSecrets;
import dev.jbuild.context.SourceTree;
import dev.jbuild.context.git.GitSource;
import dev.jbuild.context.http.HttpSource;
import dev.jbuild.engine.BuildRequest.Secret;
import dev.jbuild.graph.BuildGraph;
import dev.jbuild.graph.BuildPlan;
import dev.jbuild.graph.Op;
import dev.jbuild.graph.Vertex;
import dev.jbuild.image.ImageLibrary;
import dev.jbuild.image.LocalImage;
import dev.jbuild.image.TransferProgress;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.progress.Cancellation;
import dev.jbuild.progress.EventSink;
import dev.jbuild.sandbox.NetworkMode;
import dev.jbuild.sandbox.Sandbox;
import dev.jbuild.sandbox.cdi.HostDevices;
import dev.jbuild.snapshot.LayerStack;
import dev.jbuild.solver.BuildSteps;
import dev.jbuild.solver.ForeseenStep;
import dev.jbuild.solver.Foresight;
import dev.jbuild.solver.Remotes;
import dev.jbuild.solver.RunDefaults;
import dev.jbuild.solver.Solver;
import dev.jbuild.solver.StepResult;
import dev.jbuild.solver.StepRunners;
import dev.jbuild.solver.StepTools;
import dev.jbuild.solver.ssh.SshAgent;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Carries out the steps of one build, those of its graph and those that come before there is one. */
final class Workshop {
    static final String SANDBOX_HOSTNAME = "buildkitsandbox";
    /** Steps mostly wait for processes, so more than there are processors run at once. */
    private static final int DEFAULT_JOBS = 16;

    private final Equipment equipment;
    private final EventSink events;
    private final StepObserver observer;
    private final CacheLimits limits;
    private final Cancellation cancellation;
    private final GitSource git;
    private final StepTools tools;
    private final Instant oldest;
    private final int jobs;
    private final NetworkMode network;
    private final Sandbox sandbox;
    private final HostDevices devices;

    Workshop(
            Equipment equipment,
            BuildRequest request,
            EventSink events,
            StepObserver observer,
            Cancellation cancellation)
            throws JbuildException {
        this.equipment = equipment;
        this.events = events;
        this.observer = observer;
        this.limits = CacheLimits.of(equipment, events);
        this.cancellation = cancellation;
        // What this build itself makes is never too old for it.
        this.oldest = request.caches()
                .ttl()
                .map(ttl -> equipment.clock().instant().minus(ttl))
                .orElse(Instant.MIN);
        this.jobs = request.jobs() > 0 ? request.jobs() : DEFAULT_JOBS;
        this.sandbox = equipment.sandbox(request.steps().isolation());
        this.devices = new HostDevices(
                equipment.settings().deviceDirectories(),
                request.steps().deviceGrants(),
                request.steps().devices());
        RunDefaults defaults = runDefaults(request, devices);
        this.network = defaults.network();
        BuildSecrets secrets = new HeldSecrets(defaults.secrets());
        EngineSettings settings = equipment.settings();
        HttpSource http = new HttpSource(equipment.store(), settings.proxies(), secrets);
        this.git = new GitSource(equipment.store().repositories(), settings.git(), secrets);
        this.tools = new StepTools(
                equipment.store(),
                sandbox,
                defaults,
                new Remotes(equipment.store().blobs(), http, git, request.sourcePolicy()),
                new KeptRoots(equipment, request.hostPlatform()));
    }

    private static RunDefaults runDefaults(BuildRequest request, HostDevices devices) throws JbuildException {
        Map<String, RunDefaults.SecretSource> secrets = new HashMap<>();
        request.secrets().forEach((id, secret) -> secrets.put(id, source(secret)));
        NetworkMode network = ContainerRun.network(request.network());
        return new RunDefaults(
                network,
                request.buildArgs().getOrDefault("BUILDKIT_SANDBOX_HOSTNAME", SANDBOX_HOSTNAME),
                ExtraHosts.lines(request.addHosts(), network),
                secrets,
                agents(request.steps().agents()),
                request.steps().volumes(),
                devices,
                request.steps().confinement(),
                request.steps().nameServers(),
                request.steps().onFailure(),
                request.steps().patience(),
                request.caches().countTimes());
    }

    private static Map<String, SshAgent> agents(Map<String, List<Path>> given) throws JbuildException {
        Map<String, SshAgent> agents = new HashMap<>();
        for (Map.Entry<String, List<Path>> agent : given.entrySet()) {
            agents.put(agent.getKey(), SshAgent.of(agent.getValue()));
        }
        return agents;
    }

    private static RunDefaults.SecretSource source(Secret secret) {
        if (secret instanceof Secret.File file) {
            return () -> Files.readAllBytes(file.path());
        }
        byte[] value = ((Secret.Value) secret).value().getBytes(StandardCharsets.UTF_8);
        return value::clone;
    }

    /**
     * Solves vertices, of which each comes after its inputs.
     *
     * @param contexts the trees that they may ask for, by name
     */
    Map<Vertex, StepResult> solve(List<Vertex> vertices, Map<String, SourceTree> contexts) throws JbuildException {
        return solve(vertices, contexts, Optional.empty(), true);
    }

    /**
     * Solves all vertices of a plan, with the help of other caches. What the build is to make is in the store then, if not
     * unpacked.
     *
     * @param looking whether somebody is to look into the files of what it makes
     */
    Map<Vertex, StepResult> solve(BuildPlan plan, Map<String, SourceTree> contexts, BuildCaches caches, boolean looking)
            throws JbuildException {
        while (true) {
            try {
                Map<Vertex, StepResult> results = solve(plan.vertices(), contexts, Optional.of(caches), looking);
                for (BuildGraph graph : plan.graphs()) {
                    Build.rootOf(graph, results).keep();
                    if (looking) {
                        complete(graph);
                    }
                }
                return results;
            } catch (JbuildException e) {
                cancellation.throwIfCancelled();
                if (!caches.lostSome()) {
                    throw e;
                }
            }
        }
    }

    /** Gets what other caches knew enough of so far. */
    private void complete(BuildGraph graph) throws JbuildException {
        if (graph.root().flatMap(Workshop::base).orElse(null) instanceof Op.Image image) {
            ImageLibrary images = equipment.images();
            images.completeAll(images.read(image.manifest()), TransferProgress.NONE, cancellation);
        }
    }

    /** Foretells what solving a plan would come to, if other caches are left out of it. */
    List<ForeseenStep> foresee(BuildPlan plan, Foresight.Images images, Map<String, SourceTree> contexts)
            throws JbuildException {
        return new Foresight(
                        equipment.store(), oldest, new StepRunners(tools, plan.vertices()), images, contexts, observer)
                .of(plan.vertices(), cancellation);
    }

    private Map<Vertex, StepResult> solve(
            List<Vertex> vertices, Map<String, SourceTree> contexts, Optional<BuildCaches> caches, boolean looking)
            throws JbuildException {
        Set<Op> mounted = mounted(vertices);
        Set<Op> used = vertices.stream()
                .flatMap(vertex -> vertex.inputs().stream())
                .map(Vertex::op)
                .collect(Collectors.toSet());
        ImageLibrary images = equipment.images();
        BuildSteps.Images unpack = (Op.Image image, BuildSteps.Progress progress, Cancellation stop) -> {
            LocalImage found = images.read(image.manifest());
            if (!looking && !used.contains(image)) {
                return images.deferred(found);
            }
            if (caches.isPresent()) {
                Optional<LayerStack> promised = images.promised(
                        found, caches.get().promises(image.reference().familiar()), progress::transferred, stop);
                if (promised.isPresent()) {
                    return promised.get();
                }
            }
            if (mounted.contains(image)) {
                return images.unpack(found, progress::transferred, stop);
            }
            return images.packed(found, progress::transferred, stop);
        };
        BuildSteps steps = new BuildSteps(
                equipment.store(),
                caches.map(BuildCaches::results).orElse(ResultSource.NONE),
                oldest,
                new StepRunners(tools, vertices),
                unpack,
                contexts,
                workBegins(vertices),
                events,
                observer,
                equipment.clock());
        return new Solver(steps, jobs).solve(vertices, cancellation);
    }

    /** The images that processes see: they are unpacked as they arrive. */
    private static Set<Op> mounted(List<Vertex> vertices) {
        Set<Op> mounted = new HashSet<>();
        for (Vertex vertex : vertices) {
            if (vertex.op() instanceof Op.Run) {
                vertex.inputs().forEach(input -> base(input).ifPresent(mounted::add));
            }
        }
        return mounted;
    }

    /** The image at the bottom of a root file system, if there is one. */
    private static Optional<Op> base(Vertex root) {
        Vertex vertex = root;
        while (!(vertex.op() instanceof Op.Image)) {
            if (!vertex.op().hasBase()) {
                return Optional.empty();
            }
            vertex = vertex.inputs().get(0);
        }
        return Optional.of(vertex.op());
    }

    private Runnable workBegins(List<Vertex> vertices) {
        Runnable network = expectNetwork(vertices);
        return () -> {
            limits.beforeWork();
            network.run();
        };
    }

    /** While other work is going on, the first network can be made. */
    private Runnable expectNetwork(List<Vertex> vertices) {
        boolean wanted = vertices.stream()
                .anyMatch(vertex -> vertex.op() instanceof Op.Run run && run.network() == Op.Network.DEFAULT);
        return wanted ? () -> sandbox.expectNetwork(network) : () -> {};
    }

    /** What the steps may ask for of this machine. */
    HostDevices devices() {
        return devices;
    }

    CacheLimits limits() {
        return limits;
    }

    Equipment equipment() {
        return equipment;
    }

    GitSource git() {
        return git;
    }

    Cancellation cancellation() {
        return cancellation;
    }
}
