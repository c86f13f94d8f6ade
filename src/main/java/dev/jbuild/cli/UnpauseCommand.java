package dev.jbuild.cli;

import picocli.CommandLine.Command;

/** {@code jbuild unpause}. */
@Command(name = "unpause", description = "Let the processes of paused containers go on.")
final class UnpauseCommand extends FreezingCommand {
    UnpauseCommand() {
        super(false);
    }
}
