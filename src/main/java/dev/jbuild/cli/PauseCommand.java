package dev.jbuild.cli;

import picocli.CommandLine.Command;

/** {@code jbuild pause}. */
@Command(name = "pause", description = "Stop all processes of containers where they are.")
final class PauseCommand extends FreezingCommand {
    PauseCommand() {
        super(true);
    }
}
