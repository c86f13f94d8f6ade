package dev.jbuild.registry.jib;

import com.google.cloud.tools.jib.registry.credentials.CredentialHelperNotFoundException;
import com.google.cloud.tools.jib.registry.credentials.CredentialHelperUnhandledServerUrlException;
import com.google.cloud.tools.jib.registry.credentials.DockerCredentialHelper;
import dev.jbuild.problem.EnvironmentError;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.registry.Credential;
import dev.jbuild.registry.CredentialHelper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** Speaks the protocol of credential helpers by means of Jib. */
final class JibCredentialHelper implements CredentialHelper {
    @Override
    public Optional<Credential> get(String name, String server) throws JbuildException {
        String program = "docker-credential-" + name;
        try {
            var found = new DockerCredentialHelper(server, Path.of(program)).retrieve();
            return Optional.of(
                    new Credential(found.isOAuth2RefreshToken() ? "" : found.getUsername(), found.getPassword()));
        } catch (CredentialHelperUnhandledServerUrlException e) {
            return Optional.empty();
        } catch (CredentialHelperNotFoundException e) {
            throw new EnvironmentError(
                    "the credential helper " + program + " for " + server + " wasn't found",
                    e,
                    "install it, or take it out of the credential file");
        } catch (IOException e) {
            throw new EnvironmentError("the credential helper " + program + " failed: " + e.getMessage(), e);
        }
    }
}
