package dev.jbuild.cli;

import dev.jbuild.engine.EngineSettings;
import dev.jbuild.oci.ImageReference;
import dev.jbuild.problem.EnvironmentError;
import dev.jbuild.problem.ExitCode;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.problem.UsageError;
import dev.jbuild.registry.Credential;
import dev.jbuild.registry.CredentialFiles;
import dev.jbuild.registry.RegistrySettings;
import dev.jbuild.registry.jib.HttpRegistries;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code jbuild login}. */
@Command(name = "login", description = "Prove to a registry who you are, and remember it.")
final class LoginCommand implements JbuildCommand {
    static final String DEFAULT_REGISTRY = "docker.io";

    @Option(
            names = {"-u", "--username"},
            paramLabel = "NAME",
            description = "Who you are.")
    private @Nullable String user;

    @Option(
            names = {"-p", "--password"},
            paramLabel = "PASSWORD",
            description = "The password or token. Others may see it in the list of processes.")
    private @Nullable String password;

    @Option(names = "--password-stdin", description = "Read the password from standard input.")
    private boolean fromInput;

    @Option(names = "--tls-verify", arity = "0..1", fallbackValue = "true", hidden = true, description = "As for pull.")
    private boolean tlsVerify = true;

    @Parameters(arity = "0..1", paramLabel = "REGISTRY", description = "Such as registry.example:5000.")
    private String registry = DEFAULT_REGISTRY;

    @Override
    public int run(Invocation invocation) throws JbuildException {
        String domain = domain(registry);
        Credential credential = credential(invocation.console());
        EngineSettings engine = invocation.settings(new RegistryFlags());
        Set<String> insecure = new HashSet<>(engine.insecureRegistries());
        if (!tlsVerify) {
            insecure.add(domain);
        }
        RegistrySettings settings = RegistrySettings.of(List.of(), insecure)
                .with(engine.registryPolicy(), engine.proxies().selector());
        try (HttpRegistries registries = new HttpRegistries(settings)) {
            registries.verify(domain, credential);
        }
        CredentialFiles.store(invocation.credentialFile(), domain, credential);
        invocation.console().out().println("Login Succeeded");
        return ExitCode.OK;
    }

    /** The registry, without what people copy along with it from a browser. */
    static String domain(String registry) throws UsageError {
        String domain = registry.replaceFirst("^https?://", "").replaceFirst("/.*$", "");
        try {
            ImageReference reference = ImageReference.parse(domain + "/name");
            if (domain.equals(DEFAULT_REGISTRY) || reference.domain().equals(domain)) {
                return domain;
            }
        } catch (IllegalArgumentException e) {
            throw new UsageError("\"" + registry + "\" is not a registry: " + e.getMessage());
        }
        throw new UsageError("\"" + registry + "\" is not a registry", "such as registry.example:5000");
    }

    private Credential credential(Console console) throws JbuildException {
        if (user == null || user.isEmpty()) {
            throw new UsageError("a login needs a user name", "add --username NAME");
        }
        if (password != null && fromInput) {
            throw new UsageError("--password and --password-stdin exclude each other");
        }
        if (password != null) {
            return new Credential(user, password);
        }
        if (fromInput) {
            return new Credential(user, firstLine(console));
        }
        if (!console.inputIsTerminal()) {
            throw new UsageError("a login needs a password", "add --password-stdin and pipe the password in");
        }
        return new Credential(user, Passwords.ask(console));
    }

    static String firstLine(Console console) throws JbuildException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        try {
            for (int b = console.in().read();
                    b >= 0 && b != '\n';
                    b = console.in().read()) {
                line.write(b);
            }
        } catch (IOException e) {
            throw new EnvironmentError("standard input can't be read: " + e.getMessage(), e);
        }
        return line.toString(StandardCharsets.UTF_8).replaceFirst("\r$", "");
    }
}
