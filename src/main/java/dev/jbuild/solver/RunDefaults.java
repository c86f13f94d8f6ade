package dev.jbuild.solver;

import dev.jbuild.sandbox.NetworkMode;
import java.util.List;
import java.util.Map;

/**
 * What the command line says about all RUN steps of a build.
 *
 * @param network of a step that doesn't say its own
 * @param addHosts {@code name:address}
 * @param secrets the values that {@code --mount=type=secret} may ask for, by id
 */
public record RunDefaults(
        NetworkMode network, String hostname, List<String> addHosts, Map<String, SecretSource> secrets) {
    public RunDefaults {
        addHosts = List.copyOf(addHosts);
        secrets = Map.copyOf(secrets);
    }

    /** Reads a secret's value when a step needs it, and not before. */
    @FunctionalInterface
    public interface SecretSource {
        byte[] read() throws java.io.IOException;
    }
}
