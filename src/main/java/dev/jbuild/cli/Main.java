package dev.jbuild.cli;

/** Where the program begins and ends. */
public final class Main {
    private Main() {}

    public static void main(String[] args) {
        Console console = Console.ofProcess();
        int status = new CommandTable(console).run(args);
        console.out().flush();
        console.err().flush();
        if (Boolean.getBoolean("jbuild.archives")) {
            loadForOthers(console);
        }
        Interrupt.exit(status);
    }

    /** Puts into the archive of classes that this run leaves what a plain build does without, but other calls need. */
    private static void loadForOthers(Console console) {
        CommandTable.whole(console).getUsageMessage();
    }
}
