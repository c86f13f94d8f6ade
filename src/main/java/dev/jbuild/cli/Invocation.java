package dev.jbuild.cli;

import dev.jbuild.config.EnvironmentVariable;
import dev.jbuild.context.git.GitSettings;
import dev.jbuild.context.http.Proxies;
import dev.jbuild.engine.Engine;
import dev.jbuild.engine.EngineSettings;
import dev.jbuild.oci.ImageReference;
import dev.jbuild.oci.Platform;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.problem.UsageError;
import dev.jbuild.progress.Cancellation;
import dev.jbuild.sandbox.cdi.DeviceInventory;
import dev.jbuild.sys.SearchPath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One call of a command: what surrounds it and what the options for all commands say.
 *
 * @param command the words that the command is called by, the first of them {@code jbuild}
 */
record Invocation(Console console, GlobalOptions globals, String command) {

    /** Opens the engine on the store that was asked for. */
    Engine open() throws JbuildException {
        return open(new RegistryFlags());
    }

    /** Opens the engine, which speaks to registries as the flags say. */
    Engine open(RegistryFlags registries) throws JbuildException {
        return open(registries, Optional.empty());
    }

    /** What {@code --runtime} says: a name is looked up in the search path, a path is relative to where jbuild is called. */
    Optional<String> runtime(@Nullable String given) {
        return Optional.ofNullable(given)
                .map(name -> name.contains("/") ? console.resolve(name).toString() : name);
    }

    /** The same, with an OCI runtime that processes are to run by. */
    Engine open(RegistryFlags registries, Optional<String> runtime) throws JbuildException {
        Entered entered = entered();
        if (entered.kind() == Entered.Kind.NOTHING) {
            console.err()
                    .println(
                            "WARNING: no user namespace could be made for you (" + entered.reason()
                                    + "), so files of an image can't be unpacked and steps not be run; jbuild doctor says more");
        }
        return Engine.open(settings(registries).withRuntime(runtime));
    }

    EngineSettings settings(RegistryFlags registries) throws UsageError {
        RegistrySources sources = RegistrySources.of(console);
        return new EngineSettings(
                root(),
                console.home().resolve("libexec").resolve("jbuild-sandbox"),
                Optional.empty(),
                StorageDriverFlag.of(globals, console),
                SearchPath.withHelperDirectories(console.environment().getOrDefault("PATH", "")),
                registries.authFiles(console, authFiles()),
                sources.insecure(),
                sources.policy(),
                registries.overrides(console),
                Proxies.of(console.environment()),
                GitSettings.of(console.environment()),
                CollectionSettings.of(console),
                deviceDirectories(),
                ArchiveSettings.of(console));
    }

    /** Where specs of devices are: flags, then the environment, then the usual places. */
    private List<Path> deviceDirectories() {
        List<String> given = globals.deviceDirectories().isEmpty()
                ? console.variable(EnvironmentVariable.JBUILD_CDI_SPEC_DIRS).stream()
                        .flatMap(value -> Stream.of(value.split(":")))
                        .filter(directory -> !directory.isEmpty())
                        .toList()
                : globals.deviceDirectories();
        return given.isEmpty()
                ? DeviceInventory.USUAL_DIRECTORIES
                : given.stream().map(console::resolve).toList();
    }

    /** The store: flag, then environment, then the place for this kind of user. */
    Path root() {
        Optional<String> asked = globals.root().or(() -> console.variable(EnvironmentVariable.JBUILD_ROOT));
        return asked.map(console::resolve).orElseGet(() -> defaultRoot(isRoot()));
    }

    Path defaultRoot(boolean administrator) {
        if (administrator) {
            return Path.of("/var/lib/jbuild");
        }
        return console.variable(EnvironmentVariable.XDG_DATA_HOME)
                .map(Path::of)
                .orElseGet(() -> home().resolve(".local").resolve("share"))
                .resolve("jbuild");
    }

    /** Whether this is root, and not just in a namespace made for an ordinary user. */
    boolean isRoot() {
        try {
            return entered().kind() == Entered.Kind.NOT_NEEDED
                    && Integer.valueOf(0).equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
        } catch (IOException | UnsupportedOperationException e) {
            return false;
        }
    }

    Entered entered() {
        return Entered.of(console.environment());
    }

    private Path home() {
        return console.resolve(console.variable(EnvironmentVariable.HOME).orElse("/"));
    }

    /** Where credentials are looked up, in order. */
    List<Path> authFiles() {
        return Stream.of(
                        console.variable(EnvironmentVariable.REGISTRY_AUTH_FILE).map(console::resolve),
                        console.variable(EnvironmentVariable.XDG_RUNTIME_DIR)
                                .map(directory -> Path.of(directory, "containers", "auth.json")),
                        Optional.of(dockerConfig()))
                .flatMap(Optional::stream)
                .toList();
    }

    /** Where {@code login} keeps credentials. */
    Path credentialFile() {
        return console.variable(EnvironmentVariable.REGISTRY_AUTH_FILE)
                .map(console::resolve)
                .orElseGet(this::dockerConfig);
    }

    private Path dockerConfig() {
        return console.variable(EnvironmentVariable.DOCKER_CONFIG)
                .map(console::resolve)
                .orElseGet(() -> home().resolve(".docker"))
                .resolve("config.json");
    }

    Platform hostPlatform() {
        return Platform.ofJvm(System.getProperty("os.arch"));
    }

    /** The platform of a {@code --platform} flag, or this machine's. */
    Platform platform(Optional<String> flag) throws UsageError {
        if (flag.isEmpty()) {
            return hostPlatform();
        }
        if (flag.get().contains(",")) {
            throw new UsageError(
                    "several platforms at once (--platform " + flag.get() + ") are not supported yet",
                    "give one platform a build");
        }
        try {
            return Platform.parse(flag.get(), hostPlatform());
        } catch (IllegalArgumentException e) {
            throw new UsageError("--platform: " + e.getMessage());
        }
    }

    /** A name of an image as the user wrote it. */
    static ImageReference reference(String text) throws UsageError {
        try {
            return ImageReference.parse(text);
        } catch (IllegalArgumentException e) {
            throw new UsageError("\"" + text + "\" is not an image name: " + e.getMessage());
        }
    }

    /** A cancellation that Ctrl-C and a request to terminate trigger. */
    static Cancellation interruptible() {
        Cancellation cancellation = new Cancellation();
        Interrupt.cancels(cancellation);
        return cancellation;
    }
}
