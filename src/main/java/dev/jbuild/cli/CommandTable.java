package dev.jbuild.cli;

import dev.jbuild.problem.ExitCode;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.store.Warmup;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** The commands by name: runs the one asked for, and turns any failure into words and an exit code. */
final class CommandTable {
    private static final Map<String, String> ALIASES = Map.of("b", "build", "bud", "build", "buildx", "builder");

    private final Console console;
    private final Function<String, Optional<CommandSyntax>> syntaxes;
    private final Map<String, Supplier<JbuildCommand>> commands = new LinkedHashMap<>();

    CommandTable(Console console) {
        this(console, CommandTable::packagedSyntax);
    }

    /**
     * @param syntaxes what commands look like on the command line, by their names
     */
    CommandTable(Console console, Function<String, Optional<CommandSyntax>> syntaxes) {
        this.console = console;
        this.syntaxes = syntaxes;
        commands.put("build", BuildCommand::new);
        commands.put("plan", PlanCommand::new);
        commands.put("check", CheckCommand::new);
        commands.put("outline", OutlineCommand::new);
        commands.put("targets", TargetsCommand::new);
        commands.put("builds", BuildsCommands::group);
        commands.put("why", WhyCommand::new);
        commands.put("shell", ShellCommand::new);
        commands.put("run", RunCommand::new);
        commands.put("ps", PsCommand::new);
        commands.put("exec", ExecCommand::new);
        commands.put("logs", LogsCommand::new);
        commands.put("stop", StopCommand::new);
        commands.put("kill", KillCommand::new);
        commands.put("pause", PauseCommand::new);
        commands.put("unpause", UnpauseCommand::new);
        commands.put("wait", WaitCommand::new);
        commands.put("stats", StatsCommand::new);
        commands.put("rm", RmCommand::new);
        commands.put("container", ContainerCommands::group);
        commands.put("images", ImagesCommand::new);
        commands.put("inspect", InspectCommand::new);
        commands.put("history", HistoryCommand::new);
        commands.put("layers", LayersCommand::new);
        commands.put("blame", BlameCommand::new);
        commands.put("tree", TreeCommand::new);
        commands.put("find", FindCommand::new);
        commands.put("ls", LsCommand::new);
        commands.put("cat", CatCommand::new);
        commands.put("cp", CpCommand::new);
        commands.put("export", ExportCommand::new);
        commands.put("diff", DiffCommand::new);
        commands.put("mutate", MutateCommand::new);
        commands.put("append", AppendCommand::new);
        commands.put("squash", SquashCommand::new);
        commands.put("rebase", RebaseCommand::new);
        commands.put("tag", TagCommand::new);
        commands.put("rmi", RmiCommand::new);
        commands.put("pull", PullCommand::new);
        commands.put("push", PushCommand::new);
        commands.put("login", LoginCommand::new);
        commands.put("logout", LogoutCommand::new);
        commands.put("save", SaveCommand::new);
        commands.put("load", LoadCommand::new);
        commands.put("import", ImportCommand::new);
        commands.put("prune", PruneCommand::new);
        commands.put("du", SystemDfCommand::new);
        commands.put("system", SystemCommands::system);
        commands.put("builder", SystemCommands::builder);
        commands.put("cache", CacheCommands::group);
        commands.put("store", StoreCommands::group);
        commands.put("doctor", DoctorCommand::new);
        commands.put("version", VersionCommand::new);
        commands.put("completion", CompletionCommand::new);
        commands.put("manual", ManualCommand::new);
    }

    int run(String... args) {
        ProblemRenderer problems = new ProblemRenderer(console.err());
        GlobalOptions globals = new GlobalOptions();
        try {
            return dispatch(globals, args);
        } catch (CommandLine.ParameterException e) {
            return problems.usage(e);
        } catch (JbuildException e) {
            return problems.failure(e, globals.debug);
        } catch (Exception | LinkageError | StackOverflowError | OutOfMemoryError | AssertionError e) {
            return problems.bug(e, globals.debug);
        }
    }

    private int dispatch(GlobalOptions globals, String... args) throws Exception {
        if (args.length == 1 && args[0].equals("--version")) {
            return VersionCommand.print(console);
        }
        if (called(args).filter("build"::equals).isPresent()) {
            Warmup.begin();
        }
        Optional<Called> plain = plain(globals, args);
        if (plain.isPresent()) {
            new EnvironmentNotes(console).print(globals.debug);
            return plain.get()
                    .command()
                    .run(new Invocation(console, globals, plain.get().words()));
        }
        CommandLine line = commandLine(globals, args);
        ParseResult parsed = line.parseArgs(args);
        ParseResult last = parsed;
        while (last.hasSubcommand()) {
            last = last.subcommand();
        }
        if (last.isUsageHelpRequested() || globals.helpAsked()) {
            last.commandSpec().commandLine().usage(console.out(), ansi());
            return ExitCode.OK;
        }
        if (globals.version) {
            return VersionCommand.print(console);
        }
        if (!parsed.hasSubcommand()) {
            line.usage(console.err(), ansi());
            return ExitCode.USAGE;
        }
        new EnvironmentNotes(console).print(globals.debug);
        UnsupportedBuildFlags.refuse(last);
        CommandSpec spec = last.commandSpec();
        return ((JbuildCommand) spec.userObject()).run(new Invocation(console, globals, spec.qualifiedName()));
    }

    /** A command filled from the command line, and the words that it is called by. */
    record Called(JbuildCommand command, String words) {}

    /** Reads a plain command line, for which picocli needn't be started; absent if it is none. */
    Optional<Called> plain(GlobalOptions globals, String... args) {
        String name = called(args).orElse("");
        Supplier<JbuildCommand> maker = commands.get(name);
        if (maker == null) {
            return Optional.empty();
        }
        List<String> before = Arrays.asList(args).subList(0, place(args));
        // To picocli, the name of a command may be one even where a value is expected.
        if (before.stream().anyMatch(word -> commands.containsKey(unaliased(word.replaceFirst("^-.*?=", ""))))) {
            return Optional.empty();
        }
        List<String> after = Arrays.asList(args).subList(before.size() + 1, args.length);
        JbuildCommand command = maker.get();
        if (!(command instanceof CommandGroup group)) {
            return plain(globals, command, name, before, after);
        }
        return after.isEmpty()
                ? Optional.empty()
                : group.command(after.get(0))
                        .flatMap(inner -> plain(
                                globals, inner, name + " " + after.get(0), before, after.subList(1, after.size())));
    }

    private Optional<Called> plain(
            GlobalOptions globals, JbuildCommand command, String name, List<String> before, List<String> after) {
        return syntaxes.apply(name)
                .flatMap(syntax -> PlainLine.read(syntax, before, after))
                .map(line -> {
                    line.fill(globals, command);
                    return new Called(command, "jbuild " + name);
                });
    }

    /** The syntax of a command as the build wrote it; absent where classes aren't packaged. */
    static Optional<CommandSyntax> packagedSyntax(String name) {
        try (InputStream file = CommandTable.class.getResourceAsStream(syntaxFile(name))) {
            return file == null
                    ? Optional.empty()
                    : Optional.of(CommandSyntax.parse(new String(file.readAllBytes(), StandardCharsets.UTF_8)));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** Where the syntax of a command lies among the classes, seen from this one. */
    static String syntaxFile(String name) {
        return "syntax/" + name.replace(' ', '-');
    }

    private CommandLine.Help.Ansi ansi() {
        return console.colour() ? CommandLine.Help.Ansi.ON : CommandLine.Help.Ansi.OFF;
    }

    /** All commands, for those who write about them. */
    static CommandLine whole(Console console) {
        return new CommandTable(console).commandLine(new GlobalOptions());
    }

    /** Only the command that is called is read by reflection, unless help on all of them may be wanted. */
    CommandLine commandLine(GlobalOptions globals, String... args) {
        CommandLine line = new CommandLine(globals);
        Optional<String> called = called(args);
        if (called.isPresent()) {
            String name = called.get();
            Optional.ofNullable(commands.get(name)).ifPresent(command -> add(line, name, command.get()));
        } else {
            commands.forEach((name, command) -> add(line, name, command.get()));
        }
        line.setOverwrittenOptionsAllowed(true);
        line.setExpandAtFiles(false);
        line.setUsageHelpWidth(Math.max(60, Math.min(console.width(), 120)));
        line.getCommandSpec().interpolateVariables(false);
        return line;
    }

    private static void add(CommandLine line, String name, JbuildCommand command) {
        CommandLine sub = command instanceof CommandGroup group ? group.line(name) : new CommandLine(command);
        String[] aliases = ALIASES.entrySet().stream()
                .filter(alias -> alias.getValue().equals(name))
                .map(Map.Entry::getKey)
                .sorted()
                .toArray(String[]::new);
        sub.setCommandName(name);
        line.addSubcommand(name, sub, aliases);
        addHelp(sub);
        sub.setStopAtPositional(command instanceof RunCommand || command instanceof ExecCommand);
        UnsupportedBuildFlags.addTo(sub.getCommandSpec());
    }

    /** As with docker, {@code -h} is help wherever the command has no other use for it. */
    private static void addHelp(CommandLine line) {
        CommandSpec spec = line.getCommandSpec();
        String[] names = spec.findOption("-h") == null ? new String[] {"-h", "--help"} : new String[] {"--help"};
        spec.addOption(OptionSpec.builder(names)
                .usageHelp(true)
                .type(boolean.class)
                .arity("0")
                .description("Show this help.")
                .build());
        line.getSubcommands().values().forEach(CommandTable::addHelp);
    }

    /** The name of the command on this command line, if it is one that exists. */
    private Optional<String> called(String... args) {
        int place = place(args);
        return place == args.length
                ? Optional.empty()
                : Optional.of(unaliased(args[place])).filter(commands::containsKey);
    }

    private static String unaliased(String name) {
        return ALIASES.getOrDefault(name, name);
    }

    /** Where the name of the command stands, or else the end. */
    private static int place(String... args) {
        int place = 0;
        while (place < args.length && args[place].startsWith("-")) {
            place += GlobalOptions.WITH_VALUE.contains(args[place]) ? 2 : 1;
        }
        return Math.min(place, args.length);
    }
}
