package dev.jbuild.registry;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.jbuild.problem.EnvironmentError;
import dev.jbuild.problem.JbuildException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** Keeps and forgets credentials by a {@code docker-credential-…} program. */
final class HelperProgram {
    private HelperProgram() {}

    static void store(String name, String server, Credential credential) throws JbuildException {
        String request = new ObjectMapper()
                .createObjectNode()
                .put("ServerURL", server)
                .put("Username", credential.isIdentityToken() ? "<token>" : credential.user())
                .put("Secret", credential.secret())
                .toString();
        run(name, "store", request);
    }

    static void erase(String name, String server) throws JbuildException {
        run(name, "erase", server);
    }

    private static void run(String name, String verb, String input) throws JbuildException {
        String program = "docker-credential-" + name;
        try {
            Process process =
                    new ProcessBuilder(program, verb).redirectErrorStream(true).start();
            try (OutputStream stdin = process.getOutputStream()) {
                stdin.write(input.getBytes(StandardCharsets.UTF_8));
            }
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            if (process.waitFor() != 0) {
                throw new EnvironmentError(program + " " + verb + " failed: " + said);
            }
        } catch (IOException e) {
            throw new EnvironmentError(program + " " + verb + " failed: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new EnvironmentError("interrupted while waiting for " + program, e);
        }
    }
}
