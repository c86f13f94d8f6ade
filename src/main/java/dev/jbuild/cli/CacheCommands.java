package dev.jbuild.cli;

/** The commands for what steps keep in {@code --mount=type=cache}. */
final class CacheCommands {
    private CacheCommands() {}

    static CommandGroup group() {
        return new CommandGroup("Look after cache mounts: list, remove, export and import them.")
                .with("ls", CacheLsCommand::new)
                .with("rm", CacheRmCommand::new)
                .with("export", CacheExportCommand::new)
                .with("import", CacheImportCommand::new);
    }
}
