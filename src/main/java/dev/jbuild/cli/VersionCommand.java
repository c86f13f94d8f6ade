package dev.jbuild.cli;

import picocli.CommandLine.Command;

/** {@code jbuild version}. */
@Command(name = "version", description = "Print the version.")
final class VersionCommand implements JbuildCommand {
    @Override
    public int run(Invocation invocation) {
        return print(invocation.console());
    }

    static int print(Console console) {
        String version = VersionCommand.class.getPackage().getImplementationVersion();
        console.out().println("jbuild version " + (version == null ? "unknown" : version));
        return 0;
    }
}
