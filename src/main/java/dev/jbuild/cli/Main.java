package dev.jbuild.cli;

/** Where the program begins and ends. */
public final class Main {
    private Main() {}

    public static void main(String[] args) {
        Console console = Console.ofProcess();
        int status = new CommandTable(console).run(args);
        console.out().flush();
        console.err().flush();
        Interrupt.exit(status);
    }
}
