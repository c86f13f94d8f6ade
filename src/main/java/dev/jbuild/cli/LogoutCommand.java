package dev.jbuild.cli;

import dev.jbuild.problem.ExitCode;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.registry.CredentialFiles;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code jbuild logout}. */
@Command(name = "logout", description = "Forget what login remembered.")
final class LogoutCommand implements JbuildCommand {
    @Parameters(arity = "0..1", paramLabel = "REGISTRY", description = "Such as registry.example:5000.")
    private String registry = LoginCommand.DEFAULT_REGISTRY;

    @Override
    public int run(Invocation invocation) throws JbuildException {
        String domain = LoginCommand.domain(registry);
        boolean known = CredentialFiles.erase(invocation.credentialFile(), domain);
        invocation
                .console()
                .out()
                .println(known ? "Removing login credentials for " + domain : "Not logged in to " + domain);
        return ExitCode.OK;
    }
}
