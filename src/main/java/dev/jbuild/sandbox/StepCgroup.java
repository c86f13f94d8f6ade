package dev.jbuild.sandbox;

import dev.jbuild.progress.StepUsage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The control group of one run: a directory in each hierarchy that is used. Closing removes it; the processes in it must
 * have ended.
 */
final class StepCgroup implements AutoCloseable {
    /** How often removing is tried: a second, for machines that are slow to end processes. */
    private static final int PATIENCE = 500;

    private static final long PAUSE_MILLIS = 2;

    /** The directory in the hierarchy of version 2. */
    private final Optional<Path> unified;

    /** Those in hierarchies of version 1. */
    private final List<Legacy> legacy;

    StepCgroup(Optional<Path> unified, List<Legacy> legacy) {
        this.unified = unified;
        this.legacy = List.copyOf(legacy);
    }

    /**
     * A directory in a hierarchy of version 1.
     *
     * @param controllers joined by commas, as they are mounted
     */
    record Legacy(String controllers, Path directory) {}

    void addTo(OpList ops) {
        unified.ifPresent(directory -> ops.op("cgroup-directory", directory));
        legacy.forEach(group -> ops.op("cgroup", group.directory().resolve("cgroup.procs")));
    }

    /** Whether what the process may do with devices can be restricted through this group. */
    boolean canFilterDevices() {
        return unified.isPresent();
    }

    List<Legacy> legacy() {
        return legacy;
    }

    /**
     * The end of a run with what the group knows of it. What the processes read and wrote they know better themselves: a
     * group hears of it when it is written to disk, which may be long after.
     */
    RunResult complete(RunResult result, Duration wall) {
        StepUsage own = result.usage();
        StepUsage usage = new StepUsage(
                wall,
                time("cpuacct.usage_user", "user_usec").orElse(own.userTime()),
                time("cpuacct.usage_sys", "system_usec").orElse(own.systemTime()),
                files().first("memory.peak", "memory.max_usage_in_bytes").orElse(own.peakMemoryBytes()),
                own.readBytes(),
                own.writtenBytes());
        return new RunResult(result.status(), result.signal(), result.startFailure(), usage, kills().orElse(0));
    }

    private OptionalLong kills() {
        GroupFiles files = files();
        OptionalLong kills = files.field("memory.events", "oom_kill");
        return kills.isPresent() ? kills : files.field("memory.oom_control", "oom_kill");
    }

    /**
     * Processor time.
     *
     * @param file of version 1, in nanoseconds
     * @param name of the line in {@code cpu.stat} of version 2, in microseconds
     */
    private Optional<Duration> time(String file, String name) {
        OptionalLong micros = files().field("cpu.stat", name);
        OptionalLong nanos = files().first(file);
        return nanos.isPresent()
                ? Optional.of(Duration.ofNanos(nanos.getAsLong()))
                : micros.isPresent()
                        ? Optional.of(Duration.of(micros.getAsLong(), ChronoUnit.MICROS))
                        : Optional.empty();
    }

    private List<Path> directories() {
        List<Path> directories = new ArrayList<>();
        unified.ifPresent(directories::add);
        legacy.forEach(group -> directories.add(group.directory()));
        return directories;
    }

    private GroupFiles files() {
        return new GroupFiles(directories());
    }

    /** For those who look after it when this process is gone. */
    ContainerGroups toKeep() {
        Map<String, Path> all = new LinkedHashMap<>();
        unified.ifPresent(directory -> all.put("", directory));
        legacy.forEach(group -> all.put(group.controllers(), group.directory()));
        return new ContainerGroups(all);
    }

    @Override
    public void close() {
        directories().forEach(StepCgroup::remove);
    }

    /** The last process may still be on its way out of the group. What can't be removed is swept later. */
    private static void remove(Path directory) {
        for (int i = 0; i < PATIENCE; i++) {
            try {
                Files.deleteIfExists(directory);
                return;
            } catch (IOException e) {
                try {
                    Thread.sleep(PAUSE_MILLIS);
                } catch (InterruptedException interrupt) {
                    Thread.currentThread().interrupt();
                    return;
                }
            }
        }
    }
}
