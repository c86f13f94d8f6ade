package dev.jbuild.buildfile;

import dev.jbuild.problem.UserError;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** From the words of a line to the instruction that they mean. */
final class InstructionReader {
    private static final List<String> KEYWORDS = List.of(
            "ADD",
            "ARG",
            "CMD",
            "COPY",
            "ENTRYPOINT",
            "ENV",
            "EXPOSE",
            "FROM",
            "HEALTHCHECK",
            "LABEL",
            "MAINTAINER",
            "ONBUILD",
            "RUN",
            "SHELL",
            "STOPSIGNAL",
            "USER",
            "VOLUME",
            "WORKDIR");
    private static final Pattern STAGE_NAME = Pattern.compile("[a-z][a-z0-9-_.]*");
    private static final Pattern ONBUILD =
            Pattern.compile("^[\\t\\n\\f\\r ]*ONBUILD[\\t\\n\\f\\r ]*", Pattern.CASE_INSENSITIVE);

    private final Node node;
    private final boolean extended;
    private final Origin origin;
    private final List<String> words;

    private InstructionReader(Node node, boolean extended) {
        this.node = node;
        this.extended = extended;
        this.origin = new Origin(node.keyword(), Text.trim(node.original()), node.range(), node.comments());
        this.words = node.words();
    }

    static Instruction read(Node node) throws UserError {
        return read(node, true);
    }

    /** @param extended whether there is more than plain Dockerfiles have */
    static Instruction read(Node node, boolean extended) throws UserError {
        return new InstructionReader(node, extended).read();
    }

    private Instruction read() throws UserError {
        return switch (Text.lower(node.keyword())) {
            case "add" -> add();
            case "arg" -> arg();
            case "cmd" -> new Instruction.Cmd(origin, command());
            case "copy" -> copy();
            case "entrypoint" -> new Instruction.Entrypoint(origin, command());
            case "env" -> new Instruction.Env(origin, pairs("ENV"));
            case "expose" -> expose();
            case "from" -> from();
            case "healthcheck" -> healthcheck();
            case "label" -> new Instruction.Label(origin, pairs("LABEL"));
            case "maintainer" -> new Instruction.Maintainer(origin, only("MAINTAINER"));
            case "onbuild" -> onBuild();
            case "run" -> run();
            case "shell" -> shell();
            case "stopsignal" -> stopSignal();
            case "user" -> new Instruction.User(origin, only("USER"));
            case "volume" -> volume();
            case "workdir" -> new Instruction.Workdir(origin, only("WORKDIR"));
            default ->
                throw new UserError("unknown instruction: " + node.keyword()
                        + Suggestion.suffix(Suggestion.nearestIgnoringCase(node.keyword(), KEYWORDS)));
        };
    }

    private Flags flags(Flags declared) throws UserError {
        return declared.read(node.flags());
    }

    private void noFlags() throws UserError {
        flags(new Flags());
    }

    /** The one argument of an instruction that takes no flags. */
    private String only(String keyword) throws UserError {
        requireOne(keyword);
        noFlags();
        return words.get(0);
    }

    private void requireOne(String keyword) throws UserError {
        if (words.size() != 1) {
            throw new UserError(keyword + " requires exactly one argument");
        }
    }

    private void requireSome(String keyword) throws UserError {
        if (words.isEmpty()) {
            throw new UserError(keyword + " requires at least one argument");
        }
    }

    private List<KeyValue> pairs(String keyword) throws UserError {
        noFlags();
        requireSome(keyword);
        List<KeyValue> pairs = new ArrayList<>();
        for (int i = 0; i + 2 < words.size(); i += 3) {
            pairs.add(new KeyValue(
                    named(words.get(i), keyword),
                    words.get(i + 1),
                    words.get(i + 2).isEmpty()));
        }
        return pairs;
    }

    private static String named(String name, String keyword) throws UserError {
        if (name.isEmpty()) {
            throw new UserError(keyword + " names can not be blank");
        }
        return name;
    }

    private Instruction from() throws UserError {
        Optional<String> name = stageName();
        Flags flags = flags(new Flags().texts("platform"));
        String doc = name.map(this::doc).orElse("");
        return new Instruction.From(origin, words.get(0), flags.text("platform"), name, doc);
    }

    private Optional<String> stageName() throws UserError {
        if (words.size() == 3 && words.get(1).equalsIgnoreCase("as")) {
            String name = Text.lower(words.get(2));
            if (!STAGE_NAME.matcher(name).matches()) {
                throw new UserError("invalid name for build stage: " + Text.quote(words.get(2))
                        + ", name can't start with a number or contain symbols");
            }
            return Optional.of(name);
        }
        if (words.size() != 1) {
            throw new UserError("FROM requires either one or three arguments");
        }
        return Optional.empty();
    }

    /** The comment above that starts with a name describes what has this name. */
    private String doc(String name) {
        String start = name + " ";
        return name.isEmpty()
                ? ""
                : node.comments().stream()
                        .filter(line -> line.startsWith(start))
                        .map(line -> line.substring(start.length()))
                        .findFirst()
                        .orElse("");
    }

    private Instruction arg() throws UserError {
        requireSome("ARG");
        List<Instruction.Arg.Definition> definitions = new ArrayList<>();
        for (String word : words) {
            int equals = word.indexOf('=');
            String name = equals < 0 ? word : named(word.substring(0, equals), "ARG");
            Optional<String> value = equals < 0 ? Optional.empty() : Optional.of(word.substring(equals + 1));
            definitions.add(new Instruction.Arg.Definition(name, value, doc(name)));
        }
        return new Instruction.Arg(origin, definitions);
    }

    private CommandLine command() throws UserError {
        noFlags();
        return commandLine();
    }

    private CommandLine commandLine() {
        boolean oneText = !node.json() && !words.isEmpty();
        return new CommandLine(oneText ? List.of(String.join(" ", words)) : words, !node.json());
    }

    private Instruction run() throws UserError {
        Flags declared = new Flags().texts("network", "security").lists("mount", "device");
        Flags flags = flags(extended ? declared.texts(StepLimits.FLAGS) : declared);
        List<Device> devices = new ArrayList<>();
        for (String device : flags.list("device")) {
            devices.add(DeviceFlag.parse(device));
        }
        return new Instruction.Run(
                origin,
                commandLine(),
                node.heredocs(),
                flags.list("mount"),
                MountFlag.sources(flags.list("mount")),
                List.of(),
                network(flags),
                insecure(flags),
                devices,
                StepLimits.of(flags),
                flags.used());
    }

    private static Instruction.Network network(Flags flags) throws UserError {
        String value = flags.used().contains("network") ? flags.text("network").orElse("") : "default";
        return switch (value) {
            case "default" -> Instruction.Network.DEFAULT;
            case "none" -> Instruction.Network.NONE;
            case "host" -> Instruction.Network.HOST;
            default -> throw new UserError("invalid network mode " + Text.quote(value));
        };
    }

    private static boolean insecure(Flags flags) throws UserError {
        String value =
                flags.used().contains("security") ? flags.text("security").orElse("") : "sandbox";
        return switch (value) {
            case "sandbox" -> false;
            case "insecure" -> true;
            default -> throw new UserError("security " + Text.quote(value) + " is not valid");
        };
    }

    private Instruction copy() throws UserError {
        requireDestination("COPY");
        Flags flags = flags(new Flags()
                .texts("chown", "from", "chmod")
                .bools("link", "parents")
                .lists("exclude"));
        Sources sources = sources("COPY");
        return new Instruction.Copy(
                origin,
                sources.paths(),
                sources.contents(),
                sources.destination(),
                flags.text("from"),
                flags.text("chown"),
                flags.text("chmod"),
                flags.bool("link"),
                flags.bool("parents"),
                flags.list("exclude"));
    }

    private Instruction add() throws UserError {
        requireDestination("ADD");
        Flags flags = flags(new Flags()
                .texts("chown", "chmod", "checksum")
                .bools("link", "keep-git-dir", "unpack")
                .lists("exclude"));
        Sources sources = sources("ADD");
        return new Instruction.Add(
                origin,
                sources.paths(),
                sources.contents(),
                sources.destination(),
                flags.text("chown"),
                flags.text("chmod"),
                flags.bool("link"),
                flags.list("exclude"),
                flags.choice("keep-git-dir"),
                flags.text("checksum"),
                flags.choice("unpack"));
    }

    private void requireDestination(String keyword) throws UserError {
        if (words.size() < 2) {
            throw new UserError(keyword + " requires at least two arguments, but only one was provided."
                    + " Destination could not be determined");
        }
    }

    private record Sources(List<String> paths, List<Heredoc> contents, String destination) {}

    private Sources sources(String keyword) throws UserError {
        String destination = words.get(words.size() - 1);
        if (HeredocWords.parseIfPossible(destination).isPresent()) {
            throw new UserError(keyword + " cannot accept a heredoc as a destination");
        }
        Map<String, String> contents = new HashMap<>();
        for (Heredoc heredoc : node.heredocs()) {
            contents.put(heredoc.name(), heredoc.content());
        }
        List<String> paths = new ArrayList<>();
        List<Heredoc> files = new ArrayList<>();
        for (String source : words.subList(0, words.size() - 1)) {
            Optional<Heredoc> heredoc = HeredocWords.parseIfPossible(source);
            if (heredoc.isEmpty()) {
                paths.add(source);
            } else {
                Heredoc raw = heredoc.get()
                        .withContent(contents.getOrDefault(heredoc.get().name(), ""));
                files.add(raw.withContent(raw.text()));
            }
        }
        return new Sources(paths, files, destination);
    }

    private Instruction expose() throws UserError {
        requireSome("EXPOSE");
        noFlags();
        return new Instruction.Expose(origin, words.stream().sorted().toList());
    }

    private Instruction volume() throws UserError {
        requireSome("VOLUME");
        noFlags();
        List<String> paths = words.stream().map(Text::trim).toList();
        if (paths.contains("")) {
            throw new UserError("VOLUME specified can not be an empty string");
        }
        return new Instruction.Volume(origin, paths);
    }

    private Instruction stopSignal() throws UserError {
        requireOne("STOPSIGNAL");
        return new Instruction.StopSignal(origin, words.get(0));
    }

    private Instruction shell() throws UserError {
        noFlags();
        requireSome("SHELL");
        if (!node.json()) {
            throw new UserError("SHELL requires the arguments to be in JSON form");
        }
        return new Instruction.Shell(origin, words);
    }

    private Instruction onBuild() throws UserError {
        requireSome("ONBUILD");
        noFlags();
        String keyword = Text.upper(Text.trim(words.get(0)));
        switch (keyword) {
            case "ONBUILD" -> throw new UserError("Chaining ONBUILD via `ONBUILD ONBUILD` isn't allowed");
            case "MAINTAINER", "FROM" -> throw new UserError(keyword + " isn't allowed as an ONBUILD trigger");
            default -> {
                StringBuilder trigger =
                        new StringBuilder(ONBUILD.matcher(node.original()).replaceFirst(""));
                for (Heredoc heredoc : node.heredocs()) {
                    trigger.append('\n').append(heredoc.content()).append(heredoc.name());
                }
                return new Instruction.OnBuild(origin, trigger.toString());
            }
        }
    }

    private Instruction healthcheck() throws UserError {
        requireSome("HEALTHCHECK");
        String type = Text.upper(words.get(0));
        if (type.equals("NONE")) {
            if (words.size() > 1) {
                throw new UserError("HEALTHCHECK NONE takes no arguments");
            }
            return new Instruction.Healthcheck(
                    origin, List.of(type), Duration.ZERO, Duration.ZERO, Duration.ZERO, Duration.ZERO, 0);
        }
        Flags flags = flags(new Flags().texts("interval", "timeout", "start-period", "start-interval", "retries"));
        if (!type.equals("CMD")) {
            throw new UserError("Unknown type " + Text.quote(type) + " in HEALTHCHECK (try CMD)");
        }
        return new Instruction.Healthcheck(
                origin,
                healthTest(),
                GoDuration.interval("interval", flags.text("interval")),
                GoDuration.interval("timeout", flags.text("timeout")),
                GoDuration.interval("start-period", flags.text("start-period")),
                GoDuration.interval("start-interval", flags.text("start-interval")),
                retries(flags));
    }

    private List<String> healthTest() throws UserError {
        List<String> command = words.subList(1, words.size());
        if (command.isEmpty()) {
            throw new UserError("Missing command after HEALTHCHECK CMD");
        }
        if (!node.json()) {
            return List.of("CMD-SHELL", String.join(" ", command));
        }
        List<String> test = new ArrayList<>(List.of("CMD"));
        test.addAll(command);
        return test;
    }

    private static int retries(Flags flags) throws UserError {
        String value = flags.text("retries").orElse("0");
        boolean number = value.matches("[+-]?[0-9]+");
        if (!number) {
            throw new UserError("strconv.ParseInt: parsing " + Text.quote(value) + ": invalid syntax");
        }
        try {
            int retries = Integer.parseInt(value);
            if (retries < 0) {
                throw new UserError("--retries cannot be negative (" + retries + ")");
            }
            return retries;
        } catch (NumberFormatException e) {
            throw new UserError("strconv.ParseInt: parsing " + Text.quote(value) + ": value out of range", e);
        }
    }
}
