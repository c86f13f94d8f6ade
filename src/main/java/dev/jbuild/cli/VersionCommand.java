package dev.jbuild.cli;

import picocli.CommandLine.Command;

/** {@code jbuild version}. */
@Command(name = "version", description = "Print the version.")
final class VersionCommand implements JbuildCommand {
    @Override
    public int run(Invocation invocation) {
        String version = VersionCommand.class.getPackage().getImplementationVersion();
        invocation.console().out().println("jbuild version " + (version == null ? "unknown" : version));
        return 0;
    }
}
