package dev.jbuild.sandbox;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.jbuild.problem.EnvironmentError;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What an OCI runtime says of its own failures. It ends with the same statuses as commands do, and only its log tells a
 * command that failed from one that never ran.
 */
final class OciLog {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final int NOT_FOUND = 127;
    private static final int NOT_EXECUTABLE = 126;

    /** Of runc: its own words about what is wrong come behind these. */
    private static final Pattern START =
            Pattern.compile("(?s).*unable to start container process: (exec.*|chdir to cwd.*)");

    private static final Pattern CHDIR = Pattern.compile("(?s)(chdir to cwd.*?) set in config.json failed(.*)");

    /** Of crun. */
    private static final Pattern NOT_THERE =
            Pattern.compile("(?s)executable file [`'](.*)['`] not found(?: in \\$PATH)?(: .*)?");

    private static final Pattern NOT_OPENED = Pattern.compile("(?s)open executable(?: [`'](.*)['`])?: (.*)");

    private static final Pattern NOT_EXECUTED =
            Pattern.compile("(?s)(?:exec container process|exec the container process)"
                    + "(?: \\(missing dynamic library\\?\\))?(?: [`'](.*)['`])?: (.*)");

    private static final Pattern NOT_ENTERED = Pattern.compile("(?s)chdir(?: to)? [`'](.*)['`]: (.*)");

    private final List<String> errors = new ArrayList<>();

    private OciLog() {}

    /** Of the lines of its log, which are JSON each. */
    static OciLog parse(String text) {
        OciLog log = new OciLog();
        for (String line : text.lines().toList()) {
            try {
                JsonNode json = MAPPER.readTree(line);
                if (json.path("level").asText().matches("error|fatal")) {
                    log.errors.add(json.path("msg").asText());
                }
            } catch (JsonProcessingException e) {
                log.errors.add(line);
            }
        }
        return log;
    }

    /** What the command's end means, given how the runtime ended. */
    RunResult result(RunResult ended, OciRuntime runtime, String program) throws EnvironmentError {
        if (!ended.startFailure().isEmpty()) {
            return ended; // the working directory can't be entered
        }
        if (ended.status() == 0 || errors.isEmpty()) {
            int signal = ended.status() > 128 && ended.status() <= 128 + 64 ? ended.status() - 128 : 0;
            return new RunResult(ended.status(), signal, "", ended.usage(), 0);
        }
        String last = errors.get(errors.size() - 1).strip();
        String failure = startFailure(last, program)
                .orElseThrow(() -> new EnvironmentError(
                        runtime.name() + " can't make the container: " + last,
                        "leave --runtime out to see whether jbuild can by itself"));
        boolean missing =
                failure.contains("not found in $PATH") || failure.matches("(?s).*: no such file or directory");
        boolean directory = failure.startsWith("chdir");
        int status = missing && !directory ? NOT_FOUND : NOT_EXECUTABLE;
        return new RunResult(status, 0, failure, ended.usage(), 0);
    }

    /** Why the command can't be executed, in the words of runc; nothing if that isn't it. */
    private static Optional<String> startFailure(String error, String program) {
        Matcher start = START.matcher(error);
        if (start.matches()) {
            Matcher chdir = CHDIR.matcher(start.group(1));
            return Optional.of(chdir.matches() ? chdir.group(1) + chdir.group(2) : start.group(1));
        }
        Matcher missing = NOT_THERE.matcher(error);
        if (missing.matches()) {
            boolean path = program.contains("/");
            return Optional.of("exec: \"%s\": %s"
                    .formatted(
                            program,
                            path
                                    ? "stat " + program + ": no such file or directory"
                                    : "executable file not found in $PATH"));
        }
        Matcher closed = NOT_OPENED.matcher(error);
        if (closed.matches()) {
            return Optional.of("exec: \"%s\": %s".formatted(program, lowerCase(closed.group(2))));
        }
        Matcher refused = NOT_EXECUTED.matcher(error);
        if (refused.matches()) {
            return Optional.of("exec %s: %s".formatted(program, lowerCase(refused.group(2))));
        }
        Matcher chdir = NOT_ENTERED.matcher(error);
        return chdir.matches()
                ? Optional.of("chdir to cwd (\"%s\"): %s".formatted(chdir.group(1), lowerCase(chdir.group(2))))
                : Optional.empty();
    }

    private static String lowerCase(String reason) {
        return reason.isEmpty() ? reason : Character.toLowerCase(reason.charAt(0)) + reason.substring(1);
    }
}
