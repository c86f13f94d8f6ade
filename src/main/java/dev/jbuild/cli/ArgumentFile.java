package dev.jbuild.cli;

import dev.jbuild.problem.JbuildException;
import dev.jbuild.problem.UserError;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A file of {@code --build-arg-file}: {@code NAME=VALUE} a line, as buildah reads them. Empty lines and those that begin
 * with {@code #} say nothing.
 */
final class ArgumentFile {
    private ArgumentFile() {}

    static Map<String, String> read(Path file) throws JbuildException {
        List<String> lines;
        try {
            lines = Files.readAllLines(file, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UserError("the file of build arguments " + file + " can't be read: " + e, e);
        }
        Map<String, String> args = new LinkedHashMap<>();
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).strip();
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            int equals = line.indexOf('=');
            if (equals <= 0) {
                throw new UserError("line " + (i + 1) + " of " + file + " is not of the form NAME=VALUE: " + line);
            }
            args.put(line.substring(0, equals).strip(), line.substring(equals + 1));
        }
        return args;
    }
}
