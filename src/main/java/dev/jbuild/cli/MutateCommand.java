package dev.jbuild.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.jbuild.oci.ContainerConfig;
import dev.jbuild.oci.ImageConfig;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.problem.UsageError;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code jbuild mutate}. */
@Command(
        name = "mutate",
        description = "Make an image with another one's layers, which aren't read, and other settings.")
final class MutateCommand implements JbuildCommand {
    private static final Pattern PORT = Pattern.compile("(\\d{1,5}(?:-\\d{1,5})?)(/(?:tcp|udp|sctp))?");
    private static final ObjectMapper MAPPER = new ObjectMapper();

    @Option(
            names = {"-e", "--env"},
            paramLabel = "NAME=VALUE",
            description = "Set a variable. May be repeated.")
    private List<String> env = new ArrayList<>();

    @Option(names = "--unsetenv", paramLabel = "NAME", description = "Leave a variable out.")
    private List<String> unsetEnv = new ArrayList<>();

    @Option(
            names = {"-l", "--label"},
            paramLabel = "KEY=VALUE",
            description = "Set a label. May be repeated.")
    private List<String> labels = new ArrayList<>();

    @Option(names = "--unsetlabel", paramLabel = "KEY", description = "Leave a label out.")
    private List<String> unsetLabels = new ArrayList<>();

    @Option(
            names = {"-a", "--annotation"},
            paramLabel = "KEY=VALUE",
            description = "Annotate the manifest. May be repeated.")
    private List<String> annotations = new ArrayList<>();

    @Option(
            names = "--entrypoint",
            paramLabel = "JSON|WORD,…",
            description = "The entrypoint: a JSON array, or words with commas between them; none if empty.")
    private @Nullable String entrypoint;

    @Option(
            names = "--cmd",
            paramLabel = "JSON|WORD,…",
            description = "The command, or the entrypoint's arguments, written as --entrypoint is.")
    private @Nullable String cmd;

    @Option(
            names = {"-u", "--user"},
            paramLabel = "USER[:GROUP]",
            description = "Who processes run as.")
    private @Nullable String user;

    @Option(
            names = {"-w", "--workdir"},
            paramLabel = "DIR",
            description = "The working directory.")
    private @Nullable String directory;

    @Option(
            names = "--exposed-ports",
            paramLabel = "PORT[/PROTOCOL],…",
            split = ",",
            description = "Add ports that are listened on.")
    private List<String> ports = new ArrayList<>();

    @Mixin
    private EditOptions options = new EditOptions();

    @Override
    public int run(Invocation invocation) throws JbuildException {
        Map<String, String> marks = pairs("--annotation", annotations);
        // What is wrong is said before an image is looked for.
        changed(ContainerConfig.EMPTY);
        return options.run(invocation, edited -> {
            ImageConfig old = edited.image().config();
            ImageConfig config = new ImageConfig(
                    old.platform(), old.created(), old.author(), changed(old.config()), old.diffIds(), old.history());
            return edited.engine().editor().described(edited.image(), config, marks);
        });
    }

    private ContainerConfig changed(ContainerConfig config) throws UsageError {
        ContainerConfig.Builder builder = config.toBuilder();
        unsetEnv.forEach(builder::withoutEnv);
        unsetLabels.forEach(builder::withoutLabel);
        pairs("--env", env).forEach(builder::env);
        builder.labels(pairs("--label", labels));
        if (entrypoint != null) {
            builder.entrypoint(words("--entrypoint", entrypoint));
        }
        if (cmd != null) {
            builder.cmd(words("--cmd", cmd));
        }
        if (user != null) {
            builder.user(user);
        }
        if (directory != null) {
            if (!directory.isEmpty() && !directory.startsWith("/")) {
                throw new UsageError("--workdir " + directory + " is no absolute path", "begin it with a slash");
            }
            builder.workingDir(directory);
        }
        for (String port : ports) {
            var matcher = PORT.matcher(port);
            if (!matcher.matches()) {
                throw new UsageError("--exposed-ports: " + port + " is no port", "as in 80, 53/udp or 8000-8010");
            }
            builder.expose(matcher.group(1) + (matcher.group(2) == null ? "/tcp" : matcher.group(2)));
        }
        return builder.build();
    }

    private static Map<String, String> pairs(String flag, List<String> texts) throws UsageError {
        Map<String, String> pairs = new LinkedHashMap<>();
        for (String text : texts) {
            int equals = text.indexOf('=');
            if (equals <= 0) {
                throw new UsageError(flag + " " + text + " is not NAME=VALUE");
            }
            pairs.put(text.substring(0, equals), text.substring(equals + 1));
        }
        return pairs;
    }

    private static Optional<List<String>> words(String flag, String text) throws UsageError {
        if (text.isEmpty()) {
            return Optional.empty();
        }
        if (!text.startsWith("[")) {
            return Optional.of(List.of(text.split(",", -1)));
        }
        List<String> words = new ArrayList<>();
        try {
            for (JsonNode word : MAPPER.readTree(text)) {
                if (!word.isTextual()) {
                    throw new UsageError(flag + " " + text + " is no JSON array of strings");
                }
                words.add(word.asText());
            }
        } catch (JsonProcessingException e) {
            throw new UsageError(flag + " " + text + " is no JSON array of strings");
        }
        return Optional.of(words);
    }
}
