package dev.jbuild.registry;

import dev.jbuild.problem.JbuildException;
import java.util.Optional;

/** Asks a {@code docker-credential-…} program. */
@FunctionalInterface
public interface CredentialHelper {
    /**
     * @param name the part of the program's name after {@code docker-credential-}
     * @param server what the program knows the registry as
     * @return nothing when the program knows no credential for the server
     */
    Optional<Credential> get(String name, String server) throws JbuildException;
}
