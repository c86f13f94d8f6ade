package dev.jbuild.cli;

import dev.jbuild.problem.UsageError;
import dev.jbuild.solver.HostVolume;
import dev.jbuild.solver.HostVolume.Access;
import java.nio.file.Path;

/** The value of {@code --volume}: {@code SOURCE:TARGET[:OPTION,…]}, as buildah spells it. */
final class VolumeFlag {
    private static final String EXAMPLE = "as in --volume /host/directory:/directory:ro";

    private VolumeFlag() {}

    static HostVolume parse(String value) throws UsageError {
        String[] parts = value.split(":", -1);
        if (parts.length < 2 || parts.length > 3 || parts[0].isEmpty() || parts[1].isEmpty()) {
            throw new UsageError("--volume " + value + " is not of the form SOURCE:TARGET[:ro|rw|O]", EXAMPLE);
        }
        for (int i = 0; i < 2; i++) {
            if (!parts[i].startsWith("/")) {
                throw new UsageError("--volume " + value + ": " + parts[i] + " is not absolute", EXAMPLE);
            }
        }
        Access access = Access.READ_WRITE;
        for (String option : parts.length == 3 ? parts[2].split(",", -1) : new String[0]) {
            access = access(value, option, access);
        }
        return new HostVolume(Path.of(parts[0]).normalize(), parts[1], access);
    }

    private static Access access(String value, String option, Access before) throws UsageError {
        return switch (option) {
            case "rw" -> Access.READ_WRITE;
            case "ro" -> Access.READ_ONLY;
            case "O" -> Access.OVERLAY;
            case "private", "rprivate" -> before;
            case "z", "Z" ->
                throw new UsageError(
                        "--volume " + value + ": jbuild doesn't change SELinux labels",
                        "leave " + option + " out, or relabel with chcon");
            default ->
                throw new UsageError("--volume " + value + ": the option " + option + " is not supported", EXAMPLE);
        };
    }
}
