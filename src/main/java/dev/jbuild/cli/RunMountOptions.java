package dev.jbuild.cli;

import dev.jbuild.problem.UsageError;
import dev.jbuild.sandbox.Mount;
import dev.jbuild.solver.HostVolume;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import picocli.CommandLine.Option;

/** The flags of {@code run} that say what is mounted in a container, spelled as docker spells them. Filled by picocli. */
final class RunMountOptions {
    private static final int EVERYBODYS = 01777;
    private static final String MOUNT_EXAMPLE =
            "as in --mount type=bind,source=/host/directory,target=/directory,readonly";

    @Option(
            names = {"-v", "--volume"},
            paramLabel = "SOURCE:TARGET[:ro|rw]",
            description = "Show a file or directory of this machine to the command.")
    private List<String> volumes = new ArrayList<>();

    @Option(
            names = "--mount",
            paramLabel = "type=bind|tmpfs,…",
            description = "The same, or a file system in memory, as type=bind,source=…,target=…,readonly or"
                    + " type=tmpfs,target=…,tmpfs-size=…,tmpfs-mode=….")
    private List<String> mounts = new ArrayList<>();

    @Option(
            names = "--tmpfs",
            paramLabel = "TARGET[:size=…,mode=…,ro]",
            description = "Mount an empty file system in memory.")
    private List<String> memory = new ArrayList<>();

    @Option(names = "--read-only", description = "Let the command change nothing but what is mounted.")
    private boolean readOnly;

    boolean readOnly() {
        return readOnly;
    }

    List<Mount> mounts(Console console) throws UsageError {
        List<Mount> all = new ArrayList<>();
        for (String value : volumes) {
            all.add(volume(value, console));
        }
        for (String value : mounts) {
            all.add(mount(value, console));
        }
        for (String value : memory) {
            all.add(tmpfs(value));
        }
        return all;
    }

    private static Mount volume(String value, Console console) throws UsageError {
        String source = value.split(":", 2)[0];
        if (!source.startsWith("/") && !source.startsWith(".") && value.contains(":")) {
            throw new UsageError(
                    "-v " + value + ": jbuild keeps no volumes with names such as " + source,
                    "give a directory of this machine, as in -v \"$PWD/" + source + "\":/directory");
        }
        String absolute =
                source.startsWith(".") ? console.resolve(source).normalize() + value.substring(source.length()) : value;
        HostVolume volume = VolumeFlag.parse(absolute);
        if (volume.access() == HostVolume.Access.OVERLAY) {
            throw new UsageError("-v " + value + ": the option O is only for builds", "use ro");
        }
        return bind("-v " + value, volume.source(), volume.target(), volume.access() == HostVolume.Access.READ_ONLY);
    }

    private static Mount bind(String flag, Path source, String target, boolean readOnly) throws UsageError {
        if (!Files.exists(source)) {
            throw new UsageError(
                    flag + ": there is no file or directory " + source + " on this machine", "make it before");
        }
        return new Mount.Bind(source, target, readOnly);
    }

    private static Mount mount(String value, Console console) throws UsageError {
        Fields fields = new Fields("--mount " + value, value);
        String type = fields.take("type").orElse("volume");
        String target = fields.take("target", "destination", "dst")
                .orElseThrow(() -> new UsageError("--mount " + value + " has no target", MOUNT_EXAMPLE));
        boolean readOnly = fields.takeSwitch("readonly", "ro");
        checkTarget("--mount " + value, target);
        Mount mount = switch (type) {
            case "bind" -> {
                String source = fields.take("source", "src")
                        .orElseThrow(() -> new UsageError("--mount " + value + " has no source", MOUNT_EXAMPLE));
                fields.take("bind-propagation");
                yield bind("--mount " + value, console.resolve(source).normalize(), target, readOnly);
            }
            case "tmpfs" ->
                new Mount.Tmpfs(
                        target,
                        size("--mount " + value, fields.take("tmpfs-size")),
                        mode("--mount " + value, fields.take("tmpfs-mode")),
                        readOnly);
            default ->
                throw new UsageError(
                        "--mount " + value + ": the type " + type + " is not supported by run",
                        "known are bind and tmpfs; " + MOUNT_EXAMPLE);
        };
        fields.checkAllTaken();
        return mount;
    }

    private static Mount tmpfs(String value) throws UsageError {
        String[] halves = value.split(":", 2);
        String flag = "--tmpfs " + value;
        checkTarget(flag, halves[0]);
        Fields fields = new Fields(flag, halves.length > 1 ? halves[1] : "");
        Optional<Long> size = size(flag, fields.take("size"));
        int mode = mode(flag, fields.take("mode"));
        boolean readOnly = fields.takeSwitch("ro");
        for (String usual : List.of("rw", "nosuid", "nodev", "exec")) {
            fields.takeSwitch(usual);
        }
        fields.checkAllTaken();
        return new Mount.Tmpfs(halves[0], size, mode, readOnly);
    }

    private static void checkTarget(String flag, String target) throws UsageError {
        if (!target.startsWith("/")) {
            throw new UsageError(flag + ": the target " + target + " is not absolute");
        }
    }

    private static Optional<Long> size(String flag, Optional<String> value) throws UsageError {
        OptionalLong bytes = ResourceOptions.size(flag + ":", value.orElse(null));
        return bytes.isPresent() ? Optional.of(bytes.getAsLong()) : Optional.empty();
    }

    private static int mode(String flag, Optional<String> value) throws UsageError {
        if (value.isPresent() && !value.get().matches("[0-7]{1,5}")) {
            throw new UsageError(flag + ": the mode " + value.get() + " is not octal", "such as 1777");
        }
        return value.map(octal -> Integer.parseInt(octal, 8)).orElse(EVERYBODYS);
    }

    /** Words with or without a value, joined by commas; each is to be taken. */
    private static final class Fields {
        private final String flag;
        private final List<String> left = new ArrayList<>();

        Fields(String flag, String text) {
            this.flag = flag;
            for (String field : text.split(",", -1)) {
                if (!field.isEmpty()) {
                    left.add(field);
                }
            }
        }

        Optional<String> take(String... names) {
            Optional<String> found = Optional.empty();
            for (String name : names) {
                for (String field : List.copyOf(left)) {
                    if (field.startsWith(name + "=")) {
                        left.remove(field);
                        found = Optional.of(field.substring(name.length() + 1));
                    }
                }
            }
            return found;
        }

        boolean takeSwitch(String... names) {
            boolean found = false;
            for (String name : names) {
                found |= left.removeAll(List.of(name, name + "=true", name + "=1"));
                left.removeAll(List.of(name + "=false", name + "=0"));
            }
            return found;
        }

        void checkAllTaken() throws UsageError {
            if (!left.isEmpty()) {
                throw new UsageError(flag + ": " + left.get(0) + " is not supported by run", "leave it out");
            }
        }
    }
}
