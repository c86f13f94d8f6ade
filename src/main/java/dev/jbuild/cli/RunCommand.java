package dev.jbuild.cli;

import dev.jbuild.containers.Containers;
import dev.jbuild.engine.ContainerStart;
import dev.jbuild.engine.Engine;
import dev.jbuild.engine.Entitlement;
import dev.jbuild.engine.RunRequest;
import dev.jbuild.engine.StartRequest;
import dev.jbuild.problem.BuildCancelled;
import dev.jbuild.problem.ExitCode;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.problem.UsageError;
import dev.jbuild.progress.Cancellation;
import dev.jbuild.sandbox.Confinement;
import dev.jbuild.sandbox.Limits;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code jbuild run}. */
@Command(name = "run", description = "Run a command in a container made from an image.")
final class RunCommand implements JbuildCommand {
    @Option(names = "--rm", description = "Remove the container afterwards, which without -d happens anyway.")
    private boolean remove;

    @Mixin
    private ProcessOptions process = new ProcessOptions();

    @Option(
            names = {"--network", "--net"},
            paramLabel = "default|private|bridge|host|none",
            description = "The network of the container: one that only leads out (the default if pasta or slirp4netns"
                    + " is installed), one on a bridge of this machine (root only, by netavark or CNI), the host's, or"
                    + " none.")
    private String network = "default";

    @Option(names = "--entrypoint", paramLabel = "PROGRAM", description = "Run this in place of the entrypoint.")
    private @Nullable String entrypoint;

    @Option(
            names = {"-h", "--hostname"},
            paramLabel = "NAME",
            description = "The host name in the container.")
    private @Nullable String hostname;

    @Option(names = "--add-host", paramLabel = "NAME:ADDRESS", description = "Add a line to /etc/hosts.")
    private List<String> addHosts = new ArrayList<>();

    @Mixin
    private ResourceOptions resources = new ResourceOptions();

    @Option(
            names = "--memory-reservation",
            paramLabel = "SIZE",
            description = "Memory that isn't taken away when the machine is short of it, such as 256m.")
    private @Nullable String memoryReservation;

    @Option(
            names = "--oom-kill-disable",
            description =
                    "Make processes that reach --memory wait for memory in place of being killed (cgroup v1 only).")
    private boolean oomKillDisable;

    @Option(names = "--platform", paramLabel = "OS/ARCH", description = "The image for this platform.")
    private @Nullable String platform;

    @Option(
            names = "--runtime",
            paramLabel = "runc|crun|PATH",
            description =
                    "The OCI runtime that runs the command; by default jbuild does it by itself, which is faster.")
    private @Nullable String runtime;

    @Option(
            names = {"-d", "--detach"},
            description = "Run in the background, and print the ID of the container.")
    private boolean detached;

    @Option(
            names = "--stop-signal",
            paramLabel = "SIGNAL",
            description = "What stop sends, in place of what the image says.")
    private @Nullable String stopSignal;

    @Option(names = "--name", paramLabel = "NAME", description = "What a container in the background is called.")
    private @Nullable String name;

    @Option(names = "--restart", hidden = true, description = "Not supported yet.")
    private List<String> restart = new ArrayList<>();

    @Option(
            names = {"-p", "--publish", "-P", "--publish-all"},
            arity = "0..1",
            hidden = true,
            description = "There is no bridge to publish ports of.")
    private List<String> published = new ArrayList<>();

    @Mixin
    private DeviceOption devices = new DeviceOption();

    @Mixin
    private RunMountOptions mounts = new RunMountOptions();

    @Option(
            names = "--init",
            description =
                    "Have a small program be the first process, which reaps others and hands signals to the command.")
    private boolean init;

    @Option(
            names = "--privileged",
            description =
                    "Keep nothing from the command that root of this machine may do; needs --allow security.insecure.")
    private boolean privileged;

    @Option(
            names = "--allow",
            paramLabel = "security.insecure",
            split = ",",
            description = "Allow what a container may not do by default.")
    private List<String> allow = new ArrayList<>();

    @Parameters(index = "0", paramLabel = "IMAGE", description = "A name or an ID.")
    private String image = "";

    @Parameters(index = "1..*", arity = "0..*", paramLabel = "COMMAND", description = "In place of the image's.")
    private List<String> command = new ArrayList<>();

    @Override
    public int run(Invocation invocation) throws JbuildException {
        refuse(invocation);
        RunRequest request = request(invocation);
        Console console = invocation.console();
        if (detached) {
            return start(invocation, request);
        }
        Cancellation cancellation = process.cancellation();
        try (Engine engine = invocation.open(new RegistryFlags(), invocation.runtime(runtime));
                ProgressView progress = new QuietProgress(console.err(), Optional.empty())) {
            return engine.run(request, new PassedOutput(console), progress, cancellation);
        } catch (JbuildException e) {
            // Other statuses are the command's.
            int status = new ProblemRenderer(console.err()).failure(e, invocation.globals().debug);
            return e instanceof BuildCancelled ? status : ExitCode.ENGINE;
        }
    }

    private int start(Invocation invocation, RunRequest request) throws UsageError {
        Console console = invocation.console();
        StartRequest start = new StartRequest(request, Optional.ofNullable(name), remove, signal());
        try (Engine engine = invocation.open()) {
            ContainerStart.Started started = engine.start(start, new PassedOutput(console), Invocation.interruptible());
            started.container().ifPresent(container -> console.out().println(container.id()));
            return started.status();
        } catch (JbuildException e) {
            int status = new ProblemRenderer(console.err()).failure(e, invocation.globals().debug);
            return e instanceof BuildCancelled ? status : ExitCode.ENGINE;
        }
    }

    private OptionalInt signal() throws UsageError {
        return stopSignal == null ? OptionalInt.empty() : OptionalInt.of(ContainerArguments.signal(stopSignal));
    }

    private void refuse(Invocation invocation) throws UsageError {
        if (!published.isEmpty()) {
            throw new UsageError(
                    "-p: ports can't be published, as a private network only leads out: there is no bridge to this machine",
                    "use --network=host, in which servers listen on this machine's own addresses");
        }
        checkAllowed();
        if (!restart.isEmpty()) {
            throw new UsageError("the flag --restart is not supported yet by run", "leave it out");
        }
        if (name != null && !Containers.isName(name)) {
            throw new UsageError(
                    "--name " + name + " can't be the name of a container",
                    "letters, digits, _, . and - can be in it, the first of them a letter or digit");
        }
        if (runtime != null && detached) {
            throw new UsageError(
                    "--runtime is not for containers in the background: only jbuild itself looks after these",
                    "leave --runtime or -d out");
        }
        if (name != null && !detached) {
            throw new UsageError(
                    "--name is only for containers in the background: this one goes with its command", "give -d too");
        }
        if (!detached) {
            process.check(invocation.console());
        }
    }

    private void checkAllowed() throws UsageError {
        for (String label : allow) {
            if (!label.equals(Entitlement.SECURITY_INSECURE.label())) {
                throw new UsageError("--allow " + label + " means nothing to run", "only --privileged asks for one");
            }
        }
        if (privileged && allow.isEmpty()) {
            throw new UsageError(
                    "--privileged: entitlement " + Entitlement.SECURITY_INSECURE.label() + " is not allowed",
                    "if you trust this image, allow it with --allow " + Entitlement.SECURITY_INSECURE.label());
        }
    }

    private RunRequest request(Invocation invocation) throws JbuildException {
        return new RunRequest(
                image,
                invocation.platform(Optional.ofNullable(platform)),
                command,
                Optional.ofNullable(entrypoint).map(program -> program.isEmpty() ? List.of() : List.of(program)),
                process.variables(invocation.console()),
                process.user(),
                process.directory(),
                network,
                hostname == null ? (detached ? "" : randomName()) : hostname,
                addHosts,
                process.interactive(),
                process.terminal(),
                confinement(invocation.console()),
                resources.nameServers(),
                mounts.mounts(invocation.console()),
                devices.requests(invocation.console()),
                mounts.readOnly(),
                init);
    }

    private Confinement confinement(Console console) throws UsageError {
        Confinement confinement = resources.confinement(console);
        Limits limits = confinement.limits();
        OptionalLong reservation = ResourceOptions.size("--memory-reservation", memoryReservation);
        if (reservation.isPresent() && reservation.getAsLong() > limits.memory().orElse(Long.MAX_VALUE)) {
            throw new UsageError("--memory-reservation is more than --memory");
        }
        Confinement limited = confinement.withLimits(limits.withShortMemory(reservation, oomKillDisable));
        return privileged ? limited.asInsecure() : limited;
    }

    private static String randomName() {
        byte[] bytes = new byte[6];
        ThreadLocalRandom.current().nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }
}
