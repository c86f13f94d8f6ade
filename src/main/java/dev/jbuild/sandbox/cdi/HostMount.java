package dev.jbuild.sandbox.cdi;

import dev.jbuild.buildfile.ByteSize;
import dev.jbuild.problem.UserError;
import dev.jbuild.sandbox.Mount;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * A mount that a device comes with.
 *
 * @param source on this machine
 * @param type of a file system; empty, {@code bind} or {@code none} for what is there already
 * @param options of mount(8)
 */
record HostMount(String source, String target, String type, List<String> options) {
    private static final Set<String> BINDS = Set.of("bind", "rbind");

    /** What every mount of a container is or need not be asked for: nothing that is mounted later is handed on. */
    private static final Set<String> USUAL =
            Set.of("bind", "rbind", "rw", "suid", "dev", "exec", "private", "rprivate", "slave", "rslave", "relatime");

    private static final int EVERYBODYS = 01777;

    HostMount {
        options = List.copyOf(options);
    }

    /** All that is said of it, in a line. */
    @Override
    public String toString() {
        String how = type.isEmpty() ? "" : " " + type;
        return source + " at " + target + how + " " + String.join(",", options);
    }

    Mount toMount() throws UserError {
        boolean bound =
                Set.of("", "none", "bind").contains(type) || options.stream().anyMatch(BINDS::contains);
        if (bound) {
            return bind();
        }
        if (type.equals("tmpfs")) {
            return memory();
        }
        throw new UserError("a file system of type " + type + " is to be mounted at " + target
                + ": known are bind mounts and tmpfs");
    }

    private Mount bind() throws UserError {
        Path path = Path.of(source);
        if (!Files.exists(path)) {
            throw new UserError("there is no " + source + " on this machine, which is to be mounted at " + target);
        }
        Set<Mount.Flag> flags = EnumSet.noneOf(Mount.Flag.class);
        boolean readOnly = false;
        for (String option : options) {
            switch (option) {
                case "ro" -> readOnly = true;
                case "nosuid" -> flags.add(Mount.Flag.NO_SET_USER_ID);
                case "nodev" -> flags.add(Mount.Flag.NO_DEVICES);
                case "noexec" -> flags.add(Mount.Flag.NO_PROGRAMS);
                default -> checkUsual(option);
            }
        }
        return new Mount.Bind(path, target, readOnly, flags);
    }

    private Mount memory() throws UserError {
        Optional<Long> size = Optional.empty();
        int mode = EVERYBODYS;
        boolean readOnly = false;
        for (String option : options) {
            if (option.startsWith("size=")) {
                size = Optional.of(size(option));
            } else if (option.matches("mode=[0-7]{1,5}")) {
                mode = Integer.parseInt(option.substring("mode=".length()), 8);
            } else if (option.equals("ro")) {
                readOnly = true;
            } else if (!Set.of("nosuid", "nodev").contains(option)) {
                checkUsual(option);
            }
        }
        return new Mount.Tmpfs(target, size, mode, readOnly);
    }

    private long size(String option) throws UserError {
        OptionalLong bytes = ByteSize.parse(option.substring("size=".length()));
        if (bytes.isEmpty()) {
            throw unknown(option);
        }
        return bytes.getAsLong();
    }

    private void checkUsual(String option) throws UserError {
        if (!USUAL.contains(option)) {
            throw unknown(option);
        }
    }

    private UserError unknown(String option) {
        return new UserError("the mount at " + target + " has the option " + option + ", which jbuild doesn't know");
    }
}
