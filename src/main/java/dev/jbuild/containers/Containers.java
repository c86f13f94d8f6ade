package dev.jbuild.containers;

import dev.jbuild.fs.Trees;
import dev.jbuild.oci.Descriptor;
import dev.jbuild.oci.DiffId;
import dev.jbuild.problem.EnvironmentError;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.problem.UserError;
import dev.jbuild.progress.Cancellation;
import dev.jbuild.sandbox.Background;
import dev.jbuild.sandbox.ContainerReport;
import dev.jbuild.store.HeldImages;
import dev.jbuild.store.SharedFileLock;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The containers of a store. Any number of processes may use them at once. */
public final class Containers {
    private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9_.-]+");
    private static final String FILE = "container.json";
    private static final String GONE = ".gone";
    private static final int ID_BYTES = 32;
    private static final long PAUSE_MILLIS = 10;
    private static final Path BOOT = Path.of("/proc/sys/kernel/random/boot_id");

    private final Path home;
    private final Background background;

    /** @param home the directory for theirs; made when missing */
    public Containers(Path home, Background background) {
        this.home = home;
        this.background = background;
    }

    public static boolean isName(String text) {
        return NAME.matcher(text).matches();
    }

    /** Which boot of the machine this is. */
    public static String boot() {
        try {
            return Files.readString(BOOT, StandardCharsets.US_ASCII).strip();
        } catch (IOException e) {
            return "";
        }
    }

    /** Makes the directory of a container that is to be: its name is the ID. */
    public Path make() throws JbuildException {
        byte[] bytes = new byte[ID_BYTES];
        new SecureRandom().nextBytes(bytes);
        var ownerOnly = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
        try {
            Files.createDirectories(home);
            Path directory = Files.createDirectory(home.resolve(HexFormat.of().formatHex(bytes)), ownerOnly);
            for (String part : List.of("upper", "work")) {
                Files.createDirectory(directory.resolve(part));
                Files.setPosixFilePermissions(directory.resolve(part), PosixFilePermissions.fromString("rwxr-xr-x"));
            }
            return directory;
        } catch (IOException e) {
            throw failure("can't make a container in " + home, e);
        }
    }

    /** Makes a container of what is known of it but the name. */
    public interface Naming {
        Container of(String name);
    }

    /**
     * Writes a container down, from when on it is known.
     *
     * @param image what must not be collected as long as there is the container
     * @param layers what it has mounted, which neither must be
     * @throws UserError if another has the name
     */
    public Container add(Optional<String> name, Descriptor image, List<DiffId> layers, Naming naming)
            throws JbuildException {
        try {
            SharedFileLock.Hold lock = lock();
            try {
                return addAlone(name, image, layers, naming);
            } finally {
                lock.close();
            }
        } catch (IOException e) {
            throw failure("can't write down a container in " + home, e);
        }
    }

    private Container addAlone(Optional<String> name, Descriptor image, List<DiffId> layers, Naming naming)
            throws IOException, JbuildException {
        Set<String> taken = new HashSet<>();
        for (Container other : all()) {
            taken.add(other.name());
            if (name.equals(Optional.of(other.name()))) {
                throw new UserError(
                        "the name \"" + other.name() + "\" is in use by the container " + other.shortId(),
                        "remove that one, or take another name");
            }
        }
        Container container = naming.of(name.orElseGet(() -> fresh(taken)));
        HeldImages.hold(container.directory(), container.name(), image, layers);
        Path temporary = container.directory().resolve(FILE + ".new");
        Files.write(temporary, ContainerJson.write(container));
        Files.move(temporary, container.directory().resolve(FILE), StandardCopyOption.ATOMIC_MOVE);
        return container;
    }

    private static String fresh(Set<String> taken) {
        SecureRandom random = new SecureRandom();
        int tries = 0;
        String name = RandomName.of(random, tries);
        while (taken.contains(name)) {
            name = RandomName.of(random, ++tries);
        }
        return name;
    }

    private SharedFileLock.Hold lock() throws IOException {
        while (true) {
            Optional<SharedFileLock.Hold> lock = SharedFileLock.tryLock(home.resolve("lock"), false);
            if (lock.isPresent()) {
                return lock.get();
            }
            pause();
        }
    }

    private static void pause() throws IOException {
        try {
            Thread.sleep(PAUSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    /** All of them, the latest first; those that were to go with their end are swept, if nobody saw that. */
    public List<Container> list() throws JbuildException {
        try {
            List<Container> found = new ArrayList<>();
            for (Container container : all()) {
                if (container.remove() && !isBusy(container)) {
                    delete(container);
                } else {
                    found.add(container);
                }
            }
            found.sort(Comparator.comparing(Container::created).reversed());
            return found;
        } catch (IOException e) {
            throw failure("can't list the containers in " + home, e);
        }
    }

    private List<Container> all() throws IOException {
        List<Container> found = new ArrayList<>();
        try (DirectoryStream<Path> directories = Files.newDirectoryStream(home, "?".repeat(2 * ID_BYTES))) {
            for (Path directory : directories) {
                read(directory).ifPresent(found::add);
            }
        } catch (NoSuchFileException e) {
            return List.of();
        }
        return found;
    }

    private static Optional<Container> read(Path directory) {
        try {
            return Optional.of(ContainerJson.read(Files.readAllBytes(directory.resolve(FILE)), directory));
        } catch (IOException e) {
            return Optional.empty(); // it is being made, or removed
        }
    }

    /**
     * The container of this name, or with an ID that begins so.
     *
     * @throws UserError if there is none, or several
     */
    public Container find(String nameOrId) throws JbuildException {
        return lookUp(nameOrId).orElseThrow(() -> new UserError("no such container: " + nameOrId, "see: jbuild ps -a"));
    }

    /** As {@link #find}; nothing if there is none. */
    public Optional<Container> lookUp(String nameOrId) throws JbuildException {
        List<Container> begun = new ArrayList<>();
        for (Container container : list()) {
            if (container.name().equals(nameOrId) || container.id().equals(nameOrId)) {
                return Optional.of(container);
            }
            if (!nameOrId.isEmpty() && container.id().startsWith(nameOrId)) {
                begun.add(container);
            }
        }
        if (begun.size() > 1) {
            throw new UserError("the IDs of several containers begin with " + nameOrId, "give more digits");
        }
        return begun.stream().findFirst();
    }

    /** How a container is now. */
    public ContainerState state(Container container) throws JbuildException {
        try {
            return ContainerState.of(container, Background.report(container.directory()), boot());
        } catch (IOException e) {
            throw failure("can't read how the container " + container.name() + " is", e);
        }
    }

    private boolean isBusy(Container container) throws JbuildException {
        ContainerState state = state(container);
        return state.isRunning() || state.status() == ContainerState.Status.CREATED;
    }

    /** Whether it is over, whoever saw that. */
    public boolean hasEnded(Container container) throws JbuildException {
        return !isBusy(container);
    }

    /** The memory of this machine in bytes; 0 if it isn't known. */
    public static long memoryOfMachine() {
        try (Stream<String> lines = Files.lines(Path.of("/proc/meminfo"), StandardCharsets.US_ASCII)) {
            return lines.filter(line -> line.startsWith("MemTotal:"))
                    .mapToLong(line -> 1024 * Long.parseLong(line.replaceAll("[^0-9]", "")))
                    .findFirst()
                    .orElse(0);
        } catch (IOException e) {
            return 0;
        }
    }

    /** Stops all processes of a container where they are, or lets them go on. */
    public void freeze(Container container, boolean stop) throws JbuildException {
        ContainerState state = requireRunning(container);
        boolean paused = state.status() == ContainerState.Status.PAUSED;
        if (paused == stop) {
            throw new UserError("the container " + container.name() + (stop ? " is paused already" : " is not paused"));
        }
        container.groups().freeze(stop);
    }

    public ContainerLog log(Container container) {
        return new ContainerLog(Background.log(container.directory()));
    }

    /** Sends a signal to the command. */
    public void signal(Container container, int number) throws JbuildException {
        requireRunning(container);
        background.signal(container.directory(), number);
    }

    private ContainerState requireRunning(Container container) throws JbuildException {
        ContainerState state = state(container);
        if (!state.isRunning()) {
            throw new UserError("the container " + container.name() + " is not running", "see: jbuild ps -a");
        }
        return state;
    }

    /**
     * Asks the command to end, and kills it if it hasn't by then. Does nothing if it has ended.
     *
     * @param signal what it is asked by
     * @param patience absent if it may take as long as it likes
     */
    public void stop(Container container, int signal, Optional<Duration> patience, Cancellation cancellation)
            throws JbuildException {
        ContainerState state = state(container);
        if (!state.isRunning()) {
            return;
        }
        tell(container, signal);
        if (state.status() == ContainerState.Status.PAUSED) {
            container.groups().freeze(false);
        }
        if (!hasEnded(container, patience, cancellation)) {
            tell(container, SignalNumber.KILL);
            hasEnded(container, Optional.empty(), cancellation);
        }
    }

    /** It may end at any time. */
    private void tell(Container container, int signal) throws JbuildException {
        try {
            background.signal(container.directory(), signal);
        } catch (EnvironmentError e) {
            if (state(container).isRunning()) {
                throw e;
            }
        }
    }

    private boolean hasEnded(Container container, Optional<Duration> patience, Cancellation cancellation)
            throws JbuildException {
        long begin = System.nanoTime();
        while (state(container).isRunning()) {
            cancellation.throwIfCancelled();
            if (patience.isPresent()
                    && System.nanoTime() - begin > patience.get().toNanos()) {
                return false;
            }
            try {
                pause();
            } catch (IOException e) {
                throw failure("waiting for the container " + container.name() + " was given up", e);
            }
        }
        return true;
    }

    /** Waits for the command to end. Returns its status. */
    public int await(Container container, Cancellation cancellation) throws JbuildException {
        try (Background.Watch watch = Background.watch(container.directory())) {
            while (isBusy(container)) {
                cancellation.throwIfCancelled();
                pause();
            }
            // What was to go with its end may be gone, but not what is open.
            return watch.report().end().map(ContainerReport.End::status).orElse(ContainerState.UNSEEN);
        } catch (IOException e) {
            throw failure("can't wait for the container " + container.name(), e);
        }
    }

    /**
     * Removes a container with all that was changed in it.
     *
     * @param force whether one that runs is killed first
     */
    public void remove(Container container, boolean force, Cancellation cancellation) throws JbuildException {
        ContainerState state = state(container);
        if (isBusy(container) && !force) {
            throw new UserError(
                    "the container " + container.name() + " is "
                            + (state.status() == ContainerState.Status.PAUSED ? "paused" : "running"),
                    "stop it first, or remove it with --force");
        }
        stop(container, SignalNumber.KILL, Optional.empty(), cancellation);
        try {
            delete(container);
        } catch (IOException e) {
            throw failure("can't remove the container " + container.name(), e);
        }
    }

    /** Of what was killed, something may be left. */
    private void delete(Container container) throws IOException {
        container.groups().remove();
        discard(container.directory());
    }

    /** Deletes a container's directory, whatever is in it. */
    public static void discard(Path directory) throws IOException {
        Path gone = directory.resolveSibling(directory.getFileName() + GONE);
        try {
            Files.move(directory, gone, StandardCopyOption.ATOMIC_MOVE);
        } catch (NoSuchFileException e) {
            return; // by itself, or by another
        }
        Trees.deleteRecursively(gone);
    }

    /** What was about to be deleted when whoever did it was killed. */
    public void sweep() throws JbuildException {
        try (DirectoryStream<Path> directories = Files.newDirectoryStream(home, "*" + GONE)) {
            for (Path directory : directories) {
                Trees.deleteRecursively(directory);
            }
        } catch (NoSuchFileException e) {
            // none yet, or another sweeps
        } catch (IOException e) {
            throw failure("can't delete what is left of containers in " + home, e);
        }
    }

    private static EnvironmentError failure(String what, IOException e) {
        return new EnvironmentError(what + ": " + e.getMessage(), e);
    }
}
