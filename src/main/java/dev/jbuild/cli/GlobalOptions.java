package dev.jbuild.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The program as a whole: the options that stand before or after the name of a command. */
@Command(
        name = "jbuild",
        description = "Builds container images from a Buildfile, and keeps, runs and ships them.",
        synopsisSubcommandLabel = "COMMAND",
        commandListHeading = "%nCommands:%n",
        optionListHeading = "%nOptions:%n",
        footer = {"", "jbuild COMMAND --help tells more about a command."})
final class GlobalOptions {
    /** Those after which a word is no command, to know before any option is read. */
    static final Set<String> WITH_VALUE = Set.of("--root", "--storage-driver", "--cdi-spec-dir");

    @Option(
            names = "--root",
            paramLabel = "DIR",
            scope = ScopeType.INHERIT,
            description = "The store (JBUILD_ROOT); /var/lib/jbuild, or XDG_DATA_HOME/jbuild for users.")
    private @Nullable String root;

    @Option(
            names = "--storage-driver",
            paramLabel = "DRIVER",
            scope = ScopeType.INHERIT,
            description =
                    "How the files of a step are put together (STORAGE_DRIVER): overlay, fuse-overlayfs or vfs, which"
                            + " copies; the first that works.")
    private @Nullable String storageDriver;

    @Option(
            names = "--cdi-spec-dir",
            paramLabel = "DIR",
            scope = ScopeType.INHERIT,
            description = "Where the specs of devices for --device are (JBUILD_CDI_SPEC_DIRS), in place of /etc/cdi,"
                    + " /var/run/cdi and /etc/buildkit/cdi; may be repeated.")
    private List<String> deviceDirectories = new ArrayList<>();

    @Option(
            names = {"-D", "--debug"},
            scope = ScopeType.INHERIT,
            description = "Show where in the program a failure came from.")
    boolean debug;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help.")
    private boolean help;

    @Option(
            names = {"-v", "--version"},
            description = "Print the version.")
    boolean version;

    Optional<String> root() {
        return Optional.ofNullable(root);
    }

    Optional<String> storageDriver() {
        return Optional.ofNullable(storageDriver);
    }

    List<String> deviceDirectories() {
        return deviceDirectories;
    }

    boolean helpAsked() {
        return help;
    }
}
