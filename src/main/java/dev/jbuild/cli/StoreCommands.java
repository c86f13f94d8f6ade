package dev.jbuild.cli;

/** The commands that concern the store as a whole. */
final class StoreCommands {
    private StoreCommands() {}

    static CommandGroup group() {
        return new CommandGroup("Look after the store: verify it.").with("verify", StoreVerifyCommand::new);
    }
}
