package dev.jbuild.sandbox;

import dev.jbuild.problem.EnvironmentError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * The control group of a container in the background, which others than the one who made it look after.
 *
 * @param directories by the controllers of the hierarchy, joined by commas; that of version 2 by an empty text
 */
public record ContainerGroups(Map<String, Path> directories) {
    private static final int PATIENCE = 100;
    private static final long PAUSE_MILLIS = 10;
    /** Where there is no limit, version 1 says some huge number. */
    private static final long NO_LIMIT = 1L << 60;

    private static final String FREEZE = "cgroup.freeze";
    private static final String FREEZER_STATE = "freezer.state";

    public ContainerGroups {
        directories = Map.copyOf(directories);
    }

    /**
     * What a container uses now.
     *
     * @param cpuNanos processor time so far
     * @param memoryLimit absent if there is none
     * @param readBytes from disks so far
     */
    public record Usage(
            long cpuNanos, long memory, OptionalLong memoryLimit, long pids, long readBytes, long writtenBytes) {}

    /** What it uses; zeros for what the kernel doesn't count for it. */
    public Usage usage() {
        GroupFiles files = new GroupFiles(List.copyOf(directories.values()));
        OptionalLong nanos = files.first("cpuacct.usage");
        OptionalLong micros = files.field("cpu.stat", "usage_usec");
        long memory = files.first("memory.current", "memory.usage_in_bytes").orElse(0);
        // As docker counts it: without what could be dropped at once.
        OptionalLong droppable = files.field("memory.stat", "total_inactive_file");
        long inactive = (droppable.isPresent() ? droppable : files.field("memory.stat", "inactive_file")).orElse(0);
        OptionalLong limit = files.first("memory.max", "memory.limit_in_bytes");
        return new Usage(
                nanos.isPresent() ? nanos.getAsLong() : micros.orElse(0) * 1000,
                inactive < memory ? memory - inactive : memory,
                limit.orElse(NO_LIMIT) >= NO_LIMIT ? OptionalLong.empty() : limit,
                files.first("pids.current").orElseGet(() -> countProcesses(files)),
                transferred(files, "rbytes=", "Read"),
                transferred(files, "wbytes=", "Write"));
    }

    private static long countProcesses(GroupFiles files) {
        return files.lines("cgroup.procs").size();
    }

    /** Of {@code io.stat} of version 2, "8:0 rbytes=1 wbytes=2 …", or of version 1, "8:0 Read 1". */
    private static long transferred(GroupFiles files, String field, String word) {
        long sum = 0;
        for (String line : files.lines("io.stat")) {
            for (String part : line.split(" ", -1)) {
                if (part.startsWith(field)) {
                    sum += Long.parseLong(part.substring(field.length()));
                }
            }
        }
        for (String line : files.lines("blkio.throttle.io_service_bytes")) {
            String[] parts = line.split(" ", -1);
            if (parts.length == 3 && parts[1].equals(word)) {
                sum += Long.parseLong(parts[2]);
            }
        }
        return sum;
    }

    /** Stops all its processes where they are, or lets them go on. */
    public void freeze(boolean stop) throws EnvironmentError {
        try {
            Optional<Path> state = find(FREEZER_STATE);
            Optional<Path> unified = find(FREEZE);
            if (unified.isPresent()) {
                Files.writeString(unified.get(), stop ? "1" : "0", StandardOpenOption.WRITE);
                await(unified.get().resolveSibling("cgroup.events"), "frozen " + (stop ? "1" : "0"));
            } else if (state.isPresent()) {
                Files.writeString(state.get(), stop ? "FROZEN" : "THAWED", StandardOpenOption.WRITE);
                await(state.get(), stop ? "FROZEN" : "THAWED");
            } else {
                throw new EnvironmentError(
                        "the container has no control group that could be frozen",
                        "jbuild must be allowed to make control groups: as root, or in one delegated to you");
            }
        } catch (IOException e) {
            throw new EnvironmentError("the control group can't be frozen or thawed: " + e.getMessage(), e);
        }
    }

    private static void await(Path file, String line) throws IOException {
        for (int i = 0; i < PATIENCE && !Files.readString(file).lines().toList().contains(line); i++) {
            pause();
        }
    }

    public boolean isFrozen() {
        GroupFiles files = new GroupFiles(List.copyOf(directories.values()));
        return files.lines(FREEZE).contains("1")
                || files.lines(FREEZER_STATE).stream().anyMatch(state -> !state.equals("THAWED"));
    }

    private Optional<Path> find(String name) {
        return new TreeMap<>(directories)
                .values().stream()
                        .map(directory -> directory.resolve(name))
                        .filter(Files::exists)
                        .findFirst();
    }

    /** Kills what is left in it, and removes it. */
    public void remove() throws IOException {
        for (Path directory : directories.values()) {
            for (int i = 0; i < PATIENCE && !removed(directory); i++) {
                pause();
            }
        }
    }

    private static boolean removed(Path directory) throws IOException {
        try {
            for (String pid : Files.readAllLines(directory.resolve("cgroup.procs"))) {
                ProcessHandle.of(Long.parseLong(pid)).ifPresent(ProcessHandle::destroyForcibly);
            }
            Files.deleteIfExists(directory);
            return true;
        } catch (NoSuchFileException e) {
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private static void pause() {
        try {
            Thread.sleep(PAUSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
