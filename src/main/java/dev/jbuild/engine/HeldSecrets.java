package dev.jbuild.engine;

import dev.jbuild.context.BuildSecrets;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.problem.UserError;
import dev.jbuild.solver.RunDefaults.SecretSource;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;

/** The secrets of a build, read when they are asked for. */
record HeldSecrets(Map<String, SecretSource> sources) implements BuildSecrets {
    @Override
    public Optional<String> find(String id) throws JbuildException {
        SecretSource source = sources.get(id);
        if (source == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(new String(source.read(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UserError("secret " + id + " can't be read: " + e.getMessage(), e);
        }
    }
}
