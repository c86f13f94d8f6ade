package dev.jbuild.cli;

/** The commands of docker and buildx that concern the store as a whole. */
final class SystemCommands {
    private SystemCommands() {}

    static CommandGroup system() {
        return new CommandGroup("Look after the store, by docker's words.")
                .with("df", SystemDfCommand::new)
                .with("prune", SystemPruneCommand::new);
    }

    static CommandGroup builder() {
        return new CommandGroup("Look after the cache of builds, by docker's words.")
                .with("du", SystemDfCommand::new)
                .with("prune", PruneCommand::new);
    }
}
