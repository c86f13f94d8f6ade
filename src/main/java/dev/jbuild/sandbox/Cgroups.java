package dev.jbuild.sandbox;

import dev.jbuild.problem.EnvironmentError;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.problem.UserError;
import dev.jbuild.sandbox.IoLimits.DeviceRate;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Makes control groups for runs, below that of this process, so that limits put upon jbuild hold for its steps. Safe for use
 * by many threads.
 *
 * <p>Every run gets a group of version 2 where there is such a hierarchy: to be born into one costs nothing. To join one of
 * version 1 makes the kernel wait for all processors, some milliseconds, so that is done only for limits that need it.
 */
final class Cgroups {
    private static final String PREFIX = "jbuild-";
    /** What is joined where a parent is named, whose limits are to hold, and for steps that may make groups themselves. */
    private static final Set<String> ACCOUNTED =
            Set.of("memory", "cpu", "cpuacct", "pids", "blkio", "devices", "freezer");

    private static final Set<String> COUNTING = Set.of("memory", "cpu", "pids", "io");

    /** Names are of the process, whoever makes groups in it. */
    private static final AtomicInteger COUNTER = new AtomicInteger();

    private final CgroupMounts mounts;
    private final Set<Path> swept = ConcurrentHashMap.newKeySet();

    Cgroups(CgroupMounts mounts) {
        this.mounts = mounts;
    }

    /**
     * Makes a group.
     *
     * @throws JbuildException if a limit that is asked for can't be enforced
     */
    StepCgroup make(Confinement confinement) throws JbuildException {
        return make(
                PREFIX + ProcessHandle.current().pid() + "-" + COUNTER.incrementAndGet(), confinement, Accounting.NONE);
    }

    /** Makes one that an OCI runtime uses as if it were its own. */
    StepCgroup makeForRuntime(String name, Confinement confinement) throws JbuildException {
        return make(name, confinement, Accounting.ALL);
    }

    /** What {@link #makeForRuntime} is to call one: as the OCI has it, beneath the group of this process, or in full. */
    String nameForRuntime() {
        return PREFIX + ProcessHandle.current().pid() + "-" + COUNTER.incrementAndGet();
    }

    /** What is made in hierarchies of version 1 besides what limits need. */
    private enum Accounting {
        NONE,
        USUAL,
        ALL
    }

    /** Makes one for a container that outlives this process; what it uses can be asked for, and it can be frozen. */
    StepCgroup makeFor(String container, Confinement confinement) throws JbuildException {
        return make(PREFIX + "container-" + container, confinement, Accounting.USUAL);
    }

    private StepCgroup make(String name, Confinement confinement, Accounting accounting) throws JbuildException {
        Limits limits = confinement.limits();
        Optional<String> parent = confinement.cgroupParent();
        List<DeviceRate> rates = new BlockDevices().find(limits.io().throttles());
        Map<String, Map<String, String>> legacyFiles = LimitFiles.legacy(limits, rates);
        Map<String, Map<String, String>> unifiedFiles = LimitFiles.unified(limits, rates);
        unifiedFiles.keySet().removeAll(mounts.controllers().keySet());
        if (mounts.controllers().containsKey("blkio")) {
            unifiedFiles.remove("io"); // the same controller
        }
        legacyFiles.keySet().retainAll(mounts.controllers().keySet());
        if (parent.isPresent()) {
            checkParent(parent.get());
        }
        List<StepCgroup.Legacy> made = new ArrayList<>();
        Optional<Path> unified = Optional.empty();
        try {
            unified = unified(name, unifiedFiles, parent, accounting == Accounting.NONE ? Set.of() : uncounted());
            legacy(name, legacyFiles, parent, more(accounting, confinement), made);
        } catch (IOException e) {
            new StepCgroup(unified, made).close();
            throw refused(e);
        } catch (JbuildException | RuntimeException e) {
            new StepCgroup(unified, made).close();
            throw e;
        }
        return new StepCgroup(unified, made);
    }

    private Set<String> more(Accounting accounting, Confinement confinement) {
        Set<String> all = mounts.controllers().keySet();
        if (accounting == Accounting.ALL) {
            return all;
        }
        Set<String> joined = new LinkedHashSet<>(ACCOUNTED);
        joined.retainAll(all);
        boolean wanted = accounting == Accounting.USUAL || confinement.insecure();
        return wanted || confinement.cgroupParent().isPresent() ? joined : Set.of();
    }

    private static void checkParent(String parent) throws UserError {
        if (parent.contains(":")) {
            throw new UserError(
                    "the cgroup parent " + parent + " is one of systemd's, which jbuild can't ask for groups",
                    "give the path of a control group, such as --cgroup-parent=/builds");
        }
        if (List.of(parent.split("/", -1)).contains("..")) {
            throw new UserError("the cgroup parent " + parent + " has \"..\" in it");
        }
    }

    private static EnvironmentError refused(IOException failure) {
        // The JDK's message is then only the path.
        String reason = failure instanceof AccessDeniedException ? ": permission denied" : "";
        return new EnvironmentError(
                "a limit can't be set: " + failure.getMessage() + reason,
                failure,
                "jbuild must be allowed to make control groups: as root, or in a group delegated to you (systemd-run --user"
                        + " --scope -p Delegate=yes jbuild …)");
    }

    /** What counts what a group uses, as far as no hierarchy of version 1 has it. */
    private Set<String> uncounted() {
        Set<String> wished = new LinkedHashSet<>(COUNTING);
        wished.removeAll(mounts.controllers().keySet());
        if (mounts.controllers().containsKey("blkio")) {
            wished.remove("io");
        }
        return wished;
    }

    /** @param wished controllers that it is to have if that can be */
    private Optional<Path> unified(
            String name, Map<String, Map<String, String>> files, Optional<String> parent, Set<String> wished)
            throws IOException, JbuildException {
        Set<String> controllers = files.keySet();
        if (mounts.unified().isEmpty()) {
            if (!controllers.isEmpty()) {
                throw lacking(controllers);
            }
            return Optional.empty();
        }
        Path mount = mounts.unified().get().mount();
        Path own = mounts.unified().get().own();
        boolean demanded = !controllers.isEmpty() || parent.isPresent();
        List<Path> candidates = parent.isPresent()
                ? List.of(descendant(mount, parent.get(), controllers))
                : own.equals(mount) || (controllers.isEmpty() && wished.isEmpty())
                        ? List.of(own)
                        : List.of(own, own.getParent());
        Set<String> all = new LinkedHashSet<>(controllers);
        all.addAll(wished);
        for (Path candidate : wished.isEmpty() ? List.<Path>of() : candidates) {
            Path directory = candidate.resolve(name);
            if (hasControllers(candidate, all) && made(directory)) {
                return Optional.of(limited(directory, files));
            }
        }
        for (Path candidate : candidates) {
            if (!hasControllers(candidate, controllers)) {
                continue;
            }
            Path directory = candidate.resolve(name);
            try {
                sweep(candidate);
                Files.createDirectory(directory);
            } catch (IOException e) {
                if (demanded) {
                    throw e;
                }
                return Optional.empty();
            }
            return Optional.of(limited(directory, files));
        }
        throw lacking(controllers);
    }

    /** Sets the limits of a group, which goes if the kernel refuses one. */
    private static Path limited(Path group, Map<String, Map<String, String>> files) throws IOException {
        try {
            writeAll(group, files);
            return group;
        } catch (IOException e) {
            Files.delete(group);
            throw e;
        }
    }

    private static boolean made(Path directory) {
        try {
            Files.createDirectory(directory);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private static EnvironmentError lacking(Set<String> controllers) {
        return new EnvironmentError(
                "limits can't be enforced here: no control group with " + String.join(", ", controllers)
                        + " can be made by jbuild",
                "run jbuild as root, or in a control group delegated to you with these controllers",
                "or leave the limit out");
    }

    /** Whether the children of a group have these controllers, after being given them if need be. */
    private static boolean hasControllers(Path group, Set<String> controllers) throws IOException {
        if (controllers.isEmpty()) {
            return true;
        }
        if (!words(group.resolve("cgroup.controllers")).containsAll(controllers)) {
            return false;
        }
        Set<String> missing = new LinkedHashSet<>(controllers);
        missing.removeAll(words(group.resolve("cgroup.subtree_control")));
        for (String controller : missing) {
            try {
                Files.writeString(group.resolve("cgroup.subtree_control"), "+" + controller);
            } catch (IOException e) {
                return false; // a group with processes in it, or not ours to change
            }
        }
        return true;
    }

    private static List<String> words(Path file) throws IOException {
        return Files.exists(file) ? List.of(Files.readString(file).strip().split("\\s+", -1)) : List.of();
    }

    /** The parent that was named, made where there is none. */
    private static Path descendant(Path mount, String parent, Set<String> controllers) throws IOException {
        Path directory = mount;
        for (String segment : parent.split("/", -1)) {
            if (!segment.isEmpty() && !segment.equals(".")) {
                hasControllers(directory, controllers);
                directory = directory.resolve(segment);
                if (!Files.isDirectory(directory)) {
                    Files.createDirectory(directory);
                }
            }
        }
        return directory;
    }

    private void legacy(
            String name,
            Map<String, Map<String, String>> files,
            Optional<String> parent,
            Set<String> more,
            List<StepCgroup.Legacy> made)
            throws IOException {
        Set<String> controllers = new LinkedHashSet<>(files.keySet());
        controllers.addAll(more);
        for (String controller : controllers) {
            CgroupMounts.Hierarchy hierarchy = mounts.controllers().get(controller);
            if (hierarchy == null) {
                continue;
            }
            Path above = parent.isPresent() ? descendant(hierarchy.mount(), parent.get(), Set.of()) : hierarchy.own();
            Path directory = above.resolve(name);
            if (!Files.isDirectory(directory)) {
                sweep(above);
                if (!made(directory)) {
                    if (!files.containsKey(controller) && parent.isEmpty()) {
                        continue; // one who may not make groups has nothing counted
                    }
                    Files.createDirectory(directory); // says why
                }
                made.add(new StepCgroup.Legacy(hierarchy.options(), directory));
            }
            if (hierarchy.options().contains("cpuset")) {
                inheritCpuset(above, directory);
            }
            writeAll(directory, Map.of(controller, files.getOrDefault(controller, Map.of())));
        }
    }

    /** A new group of version 1 has no processors and no memory nodes, and nobody can join it then. */
    private static void inheritCpuset(Path above, Path directory) throws IOException {
        for (String file : List.of("cpuset.cpus", "cpuset.mems")) {
            if (Files.readString(directory.resolve(file)).isBlank()) {
                Files.writeString(directory.resolve(file), Files.readString(above.resolve(file)));
            }
        }
    }

    private static void writeAll(Path directory, Map<String, Map<String, String>> files) throws IOException {
        for (Map<String, String> ofOne : files.values()) {
            for (Map.Entry<String, String> file : ofOne.entrySet()) {
                if (file.getKey().equals(LimitFiles.WEIGHT)) {
                    writeWeight(directory, Long.parseLong(file.getValue()));
                    continue;
                }
                for (String line : file.getValue().split("\n", -1)) {
                    write(directory.resolve(file.getKey()), line);
                }
            }
        }
    }

    private static void write(Path file, String line) throws IOException {
        try {
            Files.writeString(file, line, StandardOpenOption.WRITE);
        } catch (NoSuchFileException e) {
            throw new IOException(file.getFileName() + " " + line + ": this kernel has no such file", e);
        } catch (IOException e) {
            throw new IOException(file.getFileName() + " " + line + ": " + reason(e), e);
        }
    }

    private static void writeWeight(Path directory, long weight) throws IOException {
        Map<String, String> files = LimitFiles.weightFiles(weight);
        for (Map.Entry<String, String> file : files.entrySet()) {
            if (Files.exists(directory.resolve(file.getKey()))) {
                write(directory.resolve(file.getKey()), file.getValue());
                return;
            }
        }
        throw new IOException(
                "the weight " + weight + ": this kernel has none of the files " + String.join(", ", files.keySet()));
    }

    private static String reason(IOException e) {
        String message = String.valueOf(e.getMessage());
        int colon = message.lastIndexOf(": ");
        return colon < 0 ? message : message.substring(colon + 2);
    }

    /** Removes the groups of processes that were killed. */
    private void sweep(Path parent) throws IOException {
        if (!swept.add(parent)) {
            return;
        }
        try (DirectoryStream<Path> groups = Files.newDirectoryStream(parent, PREFIX + "*-*")) {
            for (Path group : groups) {
                if (!isAlive(group)) {
                    try {
                        Files.deleteIfExists(group);
                    } catch (IOException e) {
                        swept.add(parent); // somebody is in it after all
                    }
                }
            }
        }
    }

    private static boolean isAlive(Path group) {
        String[] parts = String.valueOf(group.getFileName()).split("-", -1);
        try {
            return ProcessHandle.of(Long.parseLong(parts[1])).isPresent();
        } catch (NumberFormatException e) {
            return true; // not ours
        }
    }
}
