package dev.jbuild.engine;

import dev.jbuild.builds.BuildRecords;
import dev.jbuild.containers.Container;
import dev.jbuild.containers.Containers;
import dev.jbuild.image.ImageEditor;
import dev.jbuild.image.ImageExporter;
import dev.jbuild.image.ImageImporter;
import dev.jbuild.image.ImageInputs;
import dev.jbuild.image.ImageLibrary;
import dev.jbuild.image.ImageLoader;
import dev.jbuild.image.StoreVerifier;
import dev.jbuild.image.TransferProgress;
import dev.jbuild.image.Verification;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.progress.Cancellation;
import dev.jbuild.progress.EventSink;
import dev.jbuild.registry.Registries;
import dev.jbuild.registry.RegistrySettings;
import dev.jbuild.registry.jib.HttpRegistries;
import dev.jbuild.sandbox.ChrootSandbox;
import dev.jbuild.sandbox.NativeSandbox;
import dev.jbuild.sandbox.OciSandbox;
import dev.jbuild.sandbox.Sandbox;
import dev.jbuild.sandbox.SandboxProbe;
import dev.jbuild.solver.caches.CacheInventory;
import dev.jbuild.solver.caches.CacheMounts;
import dev.jbuild.store.Store;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;

/** The one public entry: builds, runs, and everything that is done with images. Safe for use by many threads. */
public final class Engine implements AutoCloseable {
    private final EngineSettings settings;
    private final Store store;
    private final Registries registries;
    private final ImageLibrary images;
    private final NativeSandbox sandbox;
    private final ChrootSandbox chroot;
    /** For processes that end with this, if another program is to run them. */
    private final Optional<OciSandbox> runtime;

    private Engine(EngineSettings settings, Store store) {
        this.settings = settings;
        this.store = store;
        this.registries = new HttpRegistries(RegistrySettings.of(settings.authFiles(), settings.insecureRegistries())
                .with(settings.registryPolicy(), settings.proxies().selector())
                .with(settings.registryOverrides()));
        this.images = new ImageLibrary(store, registries);
        this.sandbox = new NativeSandbox(
                settings.sandboxProgram(),
                store.root().resolve("run"),
                settings.searchPath(),
                settings.storageDriver());
        this.chroot = new ChrootSandbox(settings.sandboxProgram(), store.root().resolve("run"));
        this.runtime = settings.runtime()
                .map(name -> new OciSandbox(
                        name,
                        settings.sandboxProgram(),
                        store.root().resolve("run"),
                        settings.searchPath(),
                        settings.storageDriver()));
    }

    /** Opens the store that the settings name. */
    public static Engine open(EngineSettings settings) throws JbuildException {
        return new Engine(settings, Store.open(settings.root(), settings.archives()));
    }

    /**
     * What finds out by doing which sandboxes there can be here.
     *
     * @param scratch a directory to run it in, best on the file system of the store
     */
    public static SandboxProbe sandboxProbe(EngineSettings settings, Path scratch) {
        return new SandboxProbe(settings.sandboxProgram(), scratch, settings.searchPath(), settings.storageDriver());
    }

    /** Builds an image and delivers it to the outputs and names asked for. */
    public BuildResult build(BuildRequest request, EventSink events, Cancellation cancellation) throws JbuildException {
        return new Build(equipment()).run(request, events, cancellation);
    }

    /** Foretells what a build would do, and does nothing. */
    public Forecast plan(BuildRequest request, EventSink events, Cancellation cancellation) throws JbuildException {
        return new Forecaster(equipment(), events).forecast(request, cancellation);
    }

    /** Checks a Buildfile without building it. */
    public Survey.Checked check(BuildRequest request, EventSink events, Cancellation cancellation)
            throws JbuildException {
        return new Survey(equipment(), events).check(request, cancellation);
    }

    /** Lists what the build of a target can be given. */
    public Survey.Outlined outline(BuildRequest request, EventSink events, Cancellation cancellation)
            throws JbuildException {
        return new Survey(equipment(), events).outline(request, cancellation);
    }

    /** Lists what can be built. */
    public Survey.Targets targets(BuildRequest request, EventSink events, Cancellation cancellation)
            throws JbuildException {
        return new Survey(equipment(), events).targets(request, cancellation);
    }

    private Equipment equipment() {
        return new Equipment(settings, store, registries, images, namespaces(), chroot, InstantSource.system());
    }

    private Sandbox namespaces() {
        return runtime.isPresent() ? runtime.get() : sandbox;
    }

    /** Runs a process in a container made from an image, whose changes are dropped. Returns its exit status. */
    public int run(RunRequest request, Sandbox.Output output, EventSink events, Cancellation cancellation)
            throws JbuildException {
        return new ContainerRun(store, images, namespaces(), settings).run(request, output, cancellation);
    }

    /**
     * Starts a container in the background.
     *
     * @return none if its command can't be executed, as was told then; with the status that stands for it
     */
    public ContainerStart.Started start(StartRequest request, Sandbox.Output output, Cancellation cancellation)
            throws JbuildException {
        return new ContainerStart(
                        store, new ContainerRun(store, images, sandbox, settings), images, containers(), sandbox)
                .start(request, output, cancellation);
    }

    /** Runs one more process in a container in the background. Returns its exit status. */
    public int exec(Container container, ExecRequest request, Sandbox.Output output, Cancellation cancellation)
            throws JbuildException {
        return new ContainerExec(store, images, containers(), sandbox.background())
                .run(container, request, output, cancellation);
    }

    /** The containers in the background: list, find, stop, wait, remove. */
    public Containers containers() {
        return new Containers(store.containers(), sandbox.background());
    }

    /** Runs a process where a step of an earlier build ran; its changes are dropped. Returns its exit status. */
    public int shell(ShellRequest request, Sandbox.Output output, Cancellation cancellation) throws JbuildException {
        return new StepShell(store, images, sandbox).run(request, output, cancellation);
    }

    /** What steps keep in {@code --mount=type=cache}: list, remove, export, import. */
    public CacheInventory caches() {
        return CacheMounts.of(store).inventory();
    }

    /** The images of the store: list, find, tag, remove, pull, push. */
    public ImageLibrary images() {
        return images;
    }

    /**
     * Opens images to be looked into, of the store or of files outside.
     *
     * @param directory what relative paths are relative to
     * @param standardInput read for {@code -}
     */
    public ImageInputs inputs(Path directory, InputStream standardInput) {
        return new ImageInputs(store, images, directory, standardInput);
    }

    /** What was built before. */
    public BuildRecords builds() {
        return new BuildRecords(store.builds());
    }

    /** Reads everything in the store and says, and if wanted mends, what isn't as it should be. */
    public Verification verify(boolean repair, TransferProgress progress, Cancellation cancellation)
            throws JbuildException {
        return StoreVerifier.verify(store, registries, repair, progress, cancellation);
    }

    /** Makes images of other images. */
    public ImageEditor editor() {
        return new ImageEditor(store, images);
    }

    /** Reads images from archives and layouts. */
    public ImageLoader loader() {
        return new ImageLoader(store);
    }

    /** Makes images from root file systems. */
    public ImageImporter importer() {
        return new ImageImporter(store);
    }

    /** Writes images to archives, layouts and directories. */
    public ImageExporter exporter() {
        return new ImageExporter(store);
    }

    public EngineSettings settings() {
        return settings;
    }

    public Store store() {
        return store;
    }

    @Override
    public void close() {
        sandbox.close();
        runtime.ifPresent(OciSandbox::close);
        chroot.close();
        store.close();
    }
}
