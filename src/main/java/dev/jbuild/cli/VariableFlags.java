package dev.jbuild.cli;

import dev.jbuild.problem.JbuildException;
import dev.jbuild.problem.UsageError;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;

/** What {@code --env} and {@code --env-file} set: as {@code NAME=value}, values that are not given from the environment. */
final class VariableFlags {
    private VariableFlags() {}

    static List<String> of(List<String> env, List<String> envFiles, Console console) throws JbuildException {
        List<String> entries = new ArrayList<>();
        for (String file : envFiles) {
            try {
                for (String line : Files.readAllLines(console.resolve(file), StandardCharsets.UTF_8)) {
                    if (!line.isBlank() && !line.startsWith("#")) {
                        entries.add(line.stripLeading());
                    }
                }
            } catch (IOException e) {
                throw new UsageError("--env-file " + file + " can't be read: " + e.getMessage());
            }
        }
        entries.addAll(env);
        List<String> variables = new ArrayList<>();
        for (String entry : entries) {
            if (entry.indexOf('=') > 0) {
                variables.add(entry);
            } else if (entry.indexOf('=') == 0) {
                throw new UsageError("-e " + entry + " has no name");
            } else if (console.environment().containsKey(entry)) {
                variables.add(entry + "=" + console.environment().get(entry));
            }
        }
        return variables;
    }
}
