package dev.jbuild.cli;

import dev.jbuild.engine.BuildRequest.Secret;
import dev.jbuild.problem.UsageError;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** The value of {@code --secret}: {@code id=NAME[,src=FILE|,env=VARIABLE]}. */
record SecretFlag(String id, Secret secret) {
    private static final Set<String> KEYS = Set.of("id", "src", "source", "env", "type");

    static SecretFlag parse(String value, Console console) throws UsageError {
        Map<String, String> pairs = CsvPairs.parse("--secret", value);
        for (String key : pairs.keySet()) {
            if (!KEYS.contains(key)) {
                throw new UsageError("--secret: unknown key \"" + key + "\"", "known are id, src, env and type");
            }
        }
        String id = pairs.getOrDefault("id", "");
        if (id.isEmpty()) {
            throw new UsageError("--secret " + value + " has no id", "such as --secret id=token,src=token.txt");
        }
        return new SecretFlag(id, secret(id, new TreeMap<>(pairs), console));
    }

    private static Secret secret(String id, Map<String, String> pairs, Console console) throws UsageError {
        String type = pairs.getOrDefault("type", "");
        if (!type.isEmpty() && !type.equals("file") && !type.equals("env")) {
            throw new UsageError("--secret: unknown type \"" + type + "\"", "use type=file or type=env");
        }
        String source = pairs.getOrDefault("src", pairs.getOrDefault("source", ""));
        Optional<String> variable = Optional.ofNullable(pairs.get("env"));
        if (type.equals("env") || variable.isPresent() || (type.isEmpty() && source.isEmpty())) {
            String name = variable.orElse(source.isEmpty() ? id : source);
            String value = console.environment().get(name);
            if (value != null) {
                return new Secret.Value(value);
            }
            if (type.equals("env") || variable.isPresent()) {
                throw new UsageError("--secret " + id + ": the environment variable " + name + " is not set");
            }
        }
        Path file = console.resolve(source.isEmpty() ? id : source);
        if (!Files.isReadable(file) || Files.isDirectory(file)) {
            throw new UsageError("--secret " + id + ": the file " + file + " can't be read");
        }
        return new Secret.File(file);
    }
}
