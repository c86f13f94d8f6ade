package dev.jbuild.sandbox.cdi;

import dev.jbuild.problem.UserError;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * All devices that the specs of some directories describe. What a later directory says of a device goes before what an
 * earlier one says; what two files of one directory say of it can't be used. Files that can't be read or understood are left
 * out, and told of when a device is missing.
 */
public final class DeviceInventory {
    /** Where BuildKit looks: what is there to stay, what comes and goes, and what is there for it alone. */
    public static final List<Path> USUAL_DIRECTORIES =
            List.of(Path.of("/etc/cdi"), Path.of("/var/run/cdi"), Path.of("/etc/buildkit/cdi"));

    private static final int LONGEST_SPEC = 16 << 20;

    private final List<Path> directories;
    private final NavigableMap<String, CdiDevice> devices = new TreeMap<>();
    /** Of devices that can't be used, the files that describe them. */
    private final Map<String, List<Path>> conflicts = new TreeMap<>();

    private final List<String> problems = new ArrayList<>();

    private DeviceInventory(List<Path> directories) {
        this.directories = directories;
    }

    /** @param directories those that aren't there have no specs */
    public static DeviceInventory read(List<Path> directories) {
        DeviceInventory inventory = new DeviceInventory(List.copyOf(directories));
        directories.forEach(inventory::add);
        return inventory;
    }

    private void add(Path directory) {
        Map<String, List<CdiDevice>> found = new HashMap<>();
        for (Path file : specs(directory)) {
            try {
                for (CdiDevice device : SpecReader.read(file, bytes(file))) {
                    found.computeIfAbsent(device.qualifiedName(), name -> new ArrayList<>())
                            .add(device);
                }
            } catch (NoSuchFileException ignored) {
                // it is gone since
            } catch (IOException e) {
                problems.add(file + " can't be read: " + e.getMessage());
            } catch (MalformedSpec e) {
                problems.add(file + ": " + e.getMessage());
            }
        }
        found.forEach(this::add);
    }

    private void add(String name, List<CdiDevice> described) {
        conflicts.remove(name);
        devices.remove(name);
        if (described.size() == 1) {
            devices.put(name, described.get(0));
        } else {
            conflicts.put(
                    name, described.stream().map(device -> device.spec().file()).toList());
        }
    }

    private List<Path> specs(Path directory) {
        List<Path> files = new ArrayList<>();
        if (!Files.isDirectory(directory)) {
            return files;
        }
        try (DirectoryStream<Path> all = Files.newDirectoryStream(directory)) {
            for (Path file : all) {
                String name = String.valueOf(file.getFileName());
                if ((name.endsWith(".json") || name.endsWith(".yaml")) && !Files.isDirectory(file)) {
                    files.add(file);
                } else if (name.endsWith(".yml")) {
                    problems.add(file + " is left out: the name of a spec ends with .json or .yaml");
                }
            }
        } catch (IOException e) {
            problems.add(directory + " can't be read: " + e.getMessage());
        }
        Collections.sort(files);
        return files;
    }

    private static byte[] bytes(Path file) throws IOException, MalformedSpec {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(LONGEST_SPEC + 1);
            if (bytes.length > LONGEST_SPEC) {
                throw new MalformedSpec("it is longer than " + LONGEST_SPEC + " bytes");
            }
            return bytes;
        }
    }

    /** By their names. */
    public Collection<CdiDevice> devices() {
        return Collections.unmodifiableCollection(devices.values());
    }

    /** What is wrong with files and directories, a sentence each. */
    public List<String> problems() {
        List<String> all = new ArrayList<>(problems);
        conflicts.forEach((name, files) -> all.add(name + " is in several files: " + joined(files)));
        return all;
    }

    /**
     * The devices that a name stands for, as BuildKit has it: {@code vendor/class=name} for one, {@code vendor/class} for the
     * first of these, {@code vendor/class=*} for all, and any name for those annotated with it as their class.
     */
    List<CdiDevice> find(String name) throws UserError {
        int equals = name.indexOf('=');
        String kind = equals < 0 ? name : name.substring(0, equals);
        String wanted = equals < 0 ? "" : name.substring(equals + 1);
        List<CdiDevice> found = kind.matches("[^/]+/.+") ? ofKind(kind + "=", wanted) : List.of();
        return found.isEmpty() ? ofClass(name) : found;
    }

    private List<CdiDevice> ofKind(String prefix, String wanted) throws UserError {
        List<CdiDevice> all =
                List.copyOf(devices.subMap(prefix, prefix + Character.MAX_VALUE).values());
        if (wanted.isEmpty()) {
            return all.stream().limit(1).toList();
        }
        for (Map.Entry<String, List<Path>> conflict : conflicts.entrySet()) {
            String name = conflict.getKey();
            if (name.equals(prefix + wanted) || (wanted.equals("*") && name.startsWith(prefix))) {
                throw new UserError(
                        "device \"" + name + "\" is in several CDI specs: " + joined(conflict.getValue()),
                        "take it out of all but one, or put the one that is to be used in a later directory");
            }
        }
        return wanted.equals("*")
                ? all
                : all.stream().filter(device -> device.name().equals(wanted)).toList();
    }

    private List<CdiDevice> ofClass(String name) {
        return devices.values().stream()
                .filter(device -> device.isOfClass(name))
                .toList();
    }

    /** For whoever looked for a device in vain. */
    List<String> hints() {
        List<String> hints = new ArrayList<>();
        hints.add("CDI specs are looked for in " + joined(directories) + "; --cdi-spec-dir names other directories");
        hints.add(devices.isEmpty() ? "no device is there" : "there are: " + String.join(", ", devices.keySet()));
        hints.addAll(problems());
        return hints;
    }

    private static String joined(List<Path> paths) {
        return String.join(", ", paths.stream().map(Path::toString).toList());
    }
}
