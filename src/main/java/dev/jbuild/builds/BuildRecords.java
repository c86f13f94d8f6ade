package dev.jbuild.builds;

import dev.jbuild.builds.BuildRecord.State;
import dev.jbuild.fs.Trees;
import dev.jbuild.problem.EnvironmentError;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.problem.UserError;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The records of the builds of a store, latest first. Any number of processes may use them at once. */
public final class BuildRecords {
    /** So many builds are remembered. */
    private static final int KEPT = 200;
    /** Old ones are deleted once there are so many more, as looking for what is no longer needed reads all records. */
    private static final int SURPLUS = 50;
    /** So long a build may take to lock its directory. */
    private static final Duration YOUTH = Duration.ofMinutes(10);

    /** A build that has to explain itself doesn't look at more builds before it than these. */
    private static final int READ = 30;

    private static final String RECORD = "record.json";
    /** What files of a build's directory end in until they are whole. */
    static final String UNFINISHED = ".new";

    private static final String LOCK = "lock";
    private static final String FILES = "files";

    /** The lock files of the builds that run in this process. */
    private static final Set<Path> OURS = ConcurrentHashMap.newKeySet();

    private final Path directory;
    private final FileLists lists;

    /** @param directory {@code builds} in a store */
    public BuildRecords(Path directory) {
        this.directory = directory;
        this.lists = new FileLists(directory.resolve(FILES));
    }

    FileLists lists() {
        return lists;
    }

    /** All builds, the latest first. What can't be read is passed over. */
    public List<BuildRecord> list() throws JbuildException {
        List<BuildRecord> builds = new ArrayList<>();
        for (Path build : directories()) {
            read(build).ifPresent(builds::add);
        }
        builds.sort(Comparator.comparing(BuildRecord::startedAt).reversed());
        return builds;
    }

    /**
     * Up to so many builds of a project among the last before one, the latest first; others' if there are none of it.
     */
    List<BuildRecord> before(BuildRecord build, int most) throws JbuildException {
        List<BuildRecord> own = new ArrayList<>();
        List<BuildRecord> others = new ArrayList<>();
        int earlier = 0;
        for (Path each : directories()) {
            Optional<BuildRecord> read =
                    String.valueOf(each.getFileName()).equals(build.id()) ? Optional.empty() : read(each);
            if (read.isEmpty() || read.get().startedAt().isAfter(build.startedAt())) {
                continue;
            }
            earlier++;
            boolean same = read.get().project().equals(build.project());
            List<BuildRecord> there = same ? own : others;
            if (there.size() < most) {
                there.add(read.get());
            }
            if (own.size() == most || earlier == READ) {
                break;
            }
        }
        return own.isEmpty() ? others : own;
    }

    /**
     * The build that is meant by an ID, or by the beginning of one; the latest for an empty one.
     *
     * @throws UserError if there is none, or more than one
     */
    public BuildRecord find(String id) throws JbuildException {
        List<Path> found = new ArrayList<>();
        for (Path build : directories()) {
            if (String.valueOf(build.getFileName()).startsWith(id.toLowerCase(Locale.ROOT))) {
                found.add(build);
            }
        }
        if (id.isEmpty()) {
            return list().stream()
                    .findFirst()
                    .orElseThrow(() -> new UserError("nothing was built in this store yet", "see jbuild build --help"));
        }
        if (found.size() > 1) {
            throw new UserError(
                    "there are " + found.size() + " builds whose IDs begin with " + id, "give more of the ID");
        }
        return found.stream()
                .findFirst()
                .flatMap(this::read)
                .orElseThrow(() -> new UserError("there is no build " + id, "jbuild builds ls lists them"));
    }

    /** What a step printed, whole; the bytes as they came. */
    public InputStream log(BuildRecord build, RecordedStep step) throws JbuildException {
        Path file = logFile(directory.resolve(build.id()), step.number());
        try {
            return Files.newInputStream(file);
        } catch (NoSuchFileException e) {
            return InputStream.nullInputStream();
        } catch (IOException e) {
            throw new EnvironmentError("can't read " + file + ": " + e.getMessage(), e);
        }
    }

    /**
     * What surrounded a step when it ran; of one that was cached, when its result was made, if a record tells that.
     *
     * @throws JbuildException if it can't be read
     */
    public Optional<StepScene> scene(BuildRecord build, RecordedStep step) throws JbuildException {
        if (step.ran()) {
            return Optional.of(readScene(build, step));
        }
        for (BuildRecord other : list()) {
            for (RecordedStep same : other.steps()) {
                if (same.outcome() == RecordedStep.Outcome.DONE && same.key().equals(step.key())) {
                    return Optional.of(readScene(other, same));
                }
            }
        }
        return Optional.empty();
    }

    private StepScene readScene(BuildRecord build, RecordedStep step) throws JbuildException {
        Path file = sceneFile(directory.resolve(build.id()), step.number());
        try {
            return SceneJson.read(Files.readAllBytes(file));
        } catch (NoSuchFileException e) {
            return StepScene.EMPTY;
        } catch (IOException e) {
            throw new EnvironmentError("can't read " + file + ": " + e.getMessage(), e);
        }
    }

    private static Path sceneFile(Path build, int step) {
        return build.resolve("scene").resolve(Integer.toString(step));
    }

    static Path logFile(Path build, int step) {
        return build.resolve("log").resolve(Integer.toString(step));
    }

    /** Forgets a build and its logs. */
    public void remove(BuildRecord build) throws JbuildException {
        if (build.state() == State.RUNNING) {
            throw new UserError("the build " + build.id() + " is still running", "stop it first");
        }
        try {
            Trees.deleteRecursively(directory.resolve(build.id()));
        } catch (IOException e) {
            throw new EnvironmentError("can't delete the record of build " + build.id() + ": " + e.getMessage(), e);
        }
        sweepLists();
    }

    /** Deletes what builds left that were killed while they wrote their record, or before they had one. */
    public void sweep() throws JbuildException {
        try (DirectoryStream<Path> builds = Files.newDirectoryStream(directory, BuildRecords::mayBeLeft)) {
            for (Path build : builds) {
                if (isLocked(build.resolve(LOCK))) {
                    continue;
                }
                deleteUnfinished(build);
                if (!Files.exists(build.resolve(RECORD)) && isOld(build)) {
                    Trees.deleteRecursively(build);
                }
            }
        } catch (NoSuchFileException | DirectoryIteratorException e) {
            // Deleted just now, or there are none yet.
        } catch (IOException e) {
            throw new EnvironmentError("can't delete what is left in " + directory + ": " + e.getMessage(), e);
        }
    }

    /** Whoever ends a build takes its lock away. */
    private static boolean mayBeLeft(Path build) {
        return !build.endsWith(FILES) && (!Files.exists(build.resolve(RECORD)) || Files.exists(build.resolve(LOCK)));
    }

    private static void deleteUnfinished(Path build) throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(build, "*" + UNFINISHED)) {
            for (Path file : files) {
                Files.deleteIfExists(file);
            }
        }
    }

    /** A new build has no lock at first. */
    private static boolean isOld(Path build) throws IOException {
        return Files.getLastModifiedTime(build)
                .toInstant()
                .isBefore(Instant.now().minus(YOUTH));
    }

    /** Deletes the oldest records when there are too many. */
    void trim() throws JbuildException, IOException {
        if (directories().size() <= KEPT + SURPLUS) {
            return;
        }
        sweep();
        List<BuildRecord> builds = list();
        for (BuildRecord build : builds.subList(Math.min(KEPT, builds.size()), builds.size())) {
            if (build.state() != State.RUNNING) {
                Trees.deleteRecursively(directory.resolve(build.id()));
            }
        }
        sweepLists();
    }

    private void sweepLists() throws JbuildException {
        Set<String> needed = new HashSet<>();
        for (BuildRecord build : list()) {
            if (build.state() == State.RUNNING) {
                // What it will refer to isn't known yet.
                return;
            }
            for (RecordedStep step : build.steps()) {
                FileLists.name(step.preimage()).ifPresent(needed::add);
            }
        }
        try {
            lists.retain(needed);
        } catch (IOException e) {
            throw new EnvironmentError("can't delete what records of builds needed: " + e.getMessage(), e);
        }
    }

    private List<Path> directories() throws JbuildException {
        record Dated(Path path, FileTime time) {}
        List<Dated> dated = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            for (Path entry : entries) {
                Path record = entry.resolve(RECORD);
                if (!entry.endsWith(FILES) && Files.exists(record)) {
                    dated.add(new Dated(entry, Files.getLastModifiedTime(record)));
                }
            }
        } catch (NoSuchFileException e) {
            // Deleted just now, or there are none yet.
        } catch (IOException e) {
            throw new EnvironmentError("can't read " + directory + ": " + e.getMessage(), e);
        }
        dated.sort(Comparator.comparing(Dated::time).reversed());
        return dated.stream().map(Dated::path).toList();
    }

    private Optional<BuildRecord> read(Path build) {
        try {
            BuildRecord read = RecordJson.read(Files.readAllBytes(build.resolve(RECORD)));
            boolean dead = read.state() == State.RUNNING && !isLocked(build.resolve(LOCK));
            return Optional.of(dead ? read.with(State.INTERRUPTED) : read);
        } catch (IOException e) {
            // Deleted just now, or damaged: then there is no such record.
            return Optional.empty();
        }
    }

    /** Closing any descriptor of a file drops all locks that the process has on it, so our own must not be opened. */
    private static boolean isLocked(Path lock) {
        if (OURS.contains(lock)) {
            return true;
        }
        try (FileChannel channel = FileChannel.open(lock, StandardOpenOption.WRITE);
                FileLock got = channel.tryLock()) {
            return got == null;
        } catch (IOException e) {
            return false;
        }
    }

    /** Makes the directory of a new build, which counts as running until what is returned is closed. */
    Started start(String id) throws IOException {
        Path build = directory.resolve(id);
        Files.createDirectories(build.resolve("log"));
        Path file = build.resolve(LOCK);
        OURS.add(file);
        FileChannel lock = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        lock.lock();
        return new Started(build, file, lock);
    }

    /** A build that runs. */
    static final class Started implements AutoCloseable {
        private final Path build;
        private final Path file;
        private final FileChannel lock;

        private Started(Path build, Path file, FileChannel lock) {
            this.build = build;
            this.file = file;
            this.lock = lock;
        }

        Path path() {
            return build;
        }

        OutputStream log(int step) throws IOException {
            return Files.newOutputStream(logFile(build, step));
        }

        void write(int step, StepScene scene) throws IOException {
            Path file = sceneFile(build, step);
            Files.createDirectories(file.resolveSibling("."));
            Files.write(file, SceneJson.write(scene));
        }

        /** Replaces the record. It is not made durable: what a crash takes with it is no more than a build's story. */
        void write(BuildRecord record) throws IOException {
            Path temporary = build.resolve(RECORD + UNFINISHED);
            Files.write(temporary, RecordJson.write(record));
            Files.move(temporary, build.resolve(RECORD), StandardCopyOption.ATOMIC_MOVE);
        }

        @Override
        public void close() throws IOException {
            Files.deleteIfExists(file);
            lock.close();
            OURS.remove(file);
        }
    }
}
