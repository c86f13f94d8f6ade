package dev.jbuild.cli;

/** The commands on containers by docker's longer words, and what there is only by those. */
final class ContainerCommands {
    private ContainerCommands() {}

    static CommandGroup group() {
        return new CommandGroup("Look after containers in the background, by docker's words.")
                .with("ls", PsCommand::new)
                .with("exec", ExecCommand::new)
                .with("inspect", ContainerInspectCommand::new)
                .with("kill", KillCommand::new)
                .with("logs", LogsCommand::new)
                .with("pause", PauseCommand::new)
                .with("prune", ContainerPruneCommand::new)
                .with("rm", RmCommand::new)
                .with("stats", StatsCommand::new)
                .with("stop", StopCommand::new)
                .with("unpause", UnpauseCommand::new)
                .with("wait", WaitCommand::new);
    }
}
