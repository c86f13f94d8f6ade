package dev.jbuild.graph;

import dev.jbuild.buildfile.Buildfile;
import dev.jbuild.buildfile.CommandLine;
import dev.jbuild.buildfile.Environment;
import dev.jbuild.buildfile.ExposedPorts;
import dev.jbuild.buildfile.Instruction;
import dev.jbuild.buildfile.KeyValue;
import dev.jbuild.buildfile.WordExpander;
import dev.jbuild.oci.Healthcheck;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.problem.SourceExcerpt;
import dev.jbuild.problem.UserError;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Carries out the instructions of a stage on its state: its configuration, its history and its vertices. */
final class StageDispatcher {
    private static final List<String> DEFAULT_SHELL = List.of("/bin/sh", "-c");
    private static final List<String> WINDOWS_SHELL = List.of("cmd", "/S", "/C");

    private final Buildfile buildfile;
    private final GlobalArguments arguments;
    private final WordExpander expander;
    private final VertexPool pool;
    private final BaseResolver resolver;
    private final RunStep runs;
    private final CopyStep copies;

    StageDispatcher(
            Buildfile buildfile,
            GlobalArguments arguments,
            WordExpander expander,
            VertexPool pool,
            BaseResolver resolver) {
        this.buildfile = buildfile;
        this.arguments = arguments;
        this.expander = expander;
        this.pool = pool;
        this.resolver = resolver;
        this.runs = new RunStep(
                pool,
                arguments.proxyVariables(),
                arguments.given("BUILDKIT_CACHE_MOUNT_NS").orElse(""),
                expander);
        this.copies = new CopyStep(pool, expander);
    }

    void dispatch(StageState stage) throws JbuildException {
        try {
            begin(stage);
        } catch (UserError e) {
            throw Located.at(buildfile.excerpt(stage.range), e);
        }
        for (Command command : stage.commands) {
            stage.inTrigger = command.onBuild();
            try {
                dispatch(stage, command);
            } catch (UserError e) {
                throw Located.at(excerpt(command), e);
            }
        }
    }

    /** Takes over what the base says. */
    private void begin(StageState stage) throws UserError {
        stage.dispatched = true;
        if (stage.base.isPresent()) {
            resolver.layFiles(stage.base.get());
            stage.inherit(stage.base.get());
        } else {
            resolver.layFiles(stage);
        }
        // The triggers of the base have become instructions of this stage.
        stage.change(config -> config.clearOnBuild());
        stage.addDefaultPath();
        for (String variable : stage.config.env()) {
            int equals = variable.indexOf('=');
            stage.setVariable(variable.substring(0, equals), variable.substring(equals + 1));
        }
        String directory = stage.config.workingDir();
        if (!directory.isEmpty()) {
            stage.change(config -> config.workingDir("/"));
            stage.enter(directory);
        }
    }

    private SourceExcerpt excerpt(Command command) {
        return buildfile.excerpt(command.range());
    }

    private void dispatch(StageState stage, Command command) throws JbuildException {
        Instruction instruction = command.instruction();
        if (!(instruction instanceof Instruction.Arg)) {
            Environment variables = stage.variables();
            instruction = instruction.expand(word -> expander.processWord(word, variables));
            WordExpander contents = WordExpander.forContents();
            instruction = instruction.expandContents(word -> contents.processWord(word, variables));
        }
        if (instruction instanceof Instruction.Run run) {
            runs.add(stage, run, command, excerpt(command));
            pool.runsOn(stage.tree, stage.programs());
        } else if (instruction instanceof Instruction.Copy copy) {
            copies.add(stage, copy, command, excerpt(command));
        } else if (instruction instanceof Instruction.Add add) {
            copies.add(stage, add, excerpt(command));
        } else if (instruction instanceof Instruction.Workdir workdir) {
            workdir(stage, workdir, command);
        } else if (instruction instanceof Instruction.Arg arg) {
            arg(stage, arg);
        } else {
            configure(stage, instruction);
        }
    }

    private void configure(StageState stage, Instruction instruction) throws UserError {
        if (instruction instanceof Instruction.Env env) {
            env(stage, env);
        } else if (instruction instanceof Instruction.Label label) {
            label(stage, label);
        } else if (instruction instanceof Instruction.Cmd cmd) {
            cmd(stage, cmd);
        } else if (instruction instanceof Instruction.Entrypoint entrypoint) {
            entrypoint(stage, entrypoint);
        } else if (instruction instanceof Instruction.User user) {
            stage.change(config -> config.user(user.user()));
            stage.record("USER " + user.user(), Optional.empty());
        } else if (instruction instanceof Instruction.Expose expose) {
            expose(stage, expose);
        } else if (instruction instanceof Instruction.Volume volume) {
            volume(stage, volume);
        } else if (instruction instanceof Instruction.StopSignal signal) {
            stopSignal(stage, signal);
        } else if (instruction instanceof Instruction.Healthcheck health) {
            healthcheck(stage, health);
        } else if (instruction instanceof Instruction.Shell shell) {
            stage.change(config -> config.shell(shell.words()));
            stage.record("SHELL " + GoFormat.plain(shell.words()), Optional.empty());
        } else if (instruction instanceof Instruction.OnBuild onBuild) {
            stage.change(config -> config.onBuild(onBuild.trigger()));
        } else if (instruction instanceof Instruction.Maintainer maintainer) {
            stage.author = maintainer.name();
            stage.record("MAINTAINER " + maintainer.name(), Optional.empty());
        } else {
            throw new IllegalArgumentException("not an instruction of a stage: " + instruction);
        }
    }

    private static void env(StageState stage, Instruction.Env env) {
        for (KeyValue pair : env.pairs()) {
            stage.setVariable(pair.key(), pair.value());
            stage.change(config -> config.env(pair.key(), pair.value()));
        }
        stage.record("ENV" + joined(env.pairs()), Optional.empty());
    }

    private static void label(StageState stage, Instruction.Label label) {
        for (KeyValue pair : label.pairs()) {
            stage.change(config -> config.label(pair.key(), pair.value()));
        }
        stage.record("LABEL" + joined(label.pairs()), Optional.empty());
    }

    private static String joined(List<KeyValue> pairs) {
        StringBuilder text = new StringBuilder();
        pairs.forEach(pair -> text.append(' ').append(pair));
        return text.toString();
    }

    private void arg(StageState stage, Instruction.Arg arg) throws UserError {
        StringBuilder text = new StringBuilder("ARG");
        for (Instruction.Arg.Definition definition : arg.definitions()) {
            Optional<String> value = argValue(stage, definition);
            value.ifPresent(v -> stage.setVariable(definition.name(), v));
            stage.args.add(new Instruction.Arg.Definition(definition.name(), value, definition.doc()));
            text.append(' ').append(definition.name());
            value.ifPresent(v -> text.append('=').append(v));
        }
        stage.record(text.toString(), Optional.empty());
    }

    private Optional<String> argValue(StageState stage, Instruction.Arg.Definition definition) throws UserError {
        Optional<String> given = arguments.given(definition.name());
        if (given.isPresent()) {
            return given;
        }
        if (definition.value().isPresent()) {
            return Optional.of(expander.processWord(definition.value().get(), stage.variables()));
        }
        return Optional.ofNullable(arguments.values().get(definition.name()));
    }

    private static void cmd(StageState stage, Instruction.Cmd cmd) {
        List<String> words = withShell(stage, cmd.command());
        stage.change(config -> config.cmd(nonEmpty(words)).argsEscaped(true));
        stage.cmdSet = true;
        stage.record("CMD " + GoFormat.quoted(words), Optional.empty());
    }

    private static void entrypoint(StageState stage, Instruction.Entrypoint entrypoint) {
        List<String> words = withShell(stage, entrypoint.command());
        stage.change(config -> config.entrypoint(nonEmpty(words)));
        if (!stage.cmdSet) {
            // The base's CMD was meant as arguments of the base's entry point.
            stage.change(config -> config.cmd(Optional.empty()));
        }
        stage.record("ENTRYPOINT " + GoFormat.quoted(words), Optional.empty());
    }

    private static Optional<List<String>> nonEmpty(List<String> words) {
        return words.isEmpty() ? Optional.empty() : Optional.of(words);
    }

    /** The words of a command; of one in shell form, what runs it in the stage's shell. */
    static List<String> withShell(StageState stage, CommandLine command) {
        return command.shell() ? withShell(stage, String.join(" ", command.words())) : command.words();
    }

    static List<String> withShell(StageState stage, String script) {
        List<String> words =
                new ArrayList<>(stage.config.shell().isEmpty() ? defaultShell(stage) : stage.config.shell());
        words.add(script);
        return words;
    }

    private static List<String> defaultShell(StageState stage) {
        return stage.baseImage.platform().os().equals("windows") ? WINDOWS_SHELL : DEFAULT_SHELL;
    }

    private void expose(StageState stage, Instruction.Expose expose) throws UserError {
        List<String> ports = new ArrayList<>();
        for (String written : expose.ports()) {
            for (String word : expander.processWords(written, stage.variables())) {
                ports.addAll(ExposedPorts.parse(word));
            }
        }
        for (String port : ports) {
            stage.change(config -> config.expose(port));
        }
        stage.record("EXPOSE " + GoFormat.plain(ports), Optional.empty());
    }

    private static void volume(StageState stage, Instruction.Volume volume) throws UserError {
        for (String path : volume.paths()) {
            if (path.isEmpty()) {
                throw new UserError("VOLUME specified can not be an empty string");
            }
            stage.change(config -> config.volume(path));
        }
        stage.record("VOLUME " + GoFormat.plain(volume.paths()), Optional.empty());
    }

    private static void stopSignal(StageState stage, Instruction.StopSignal signal) throws UserError {
        if (!Signals.isSignal(signal.signal())) {
            throw new UserError("invalid signal: " + signal.signal());
        }
        stage.change(config -> config.stopSignal(signal.signal()));
        stage.record("STOPSIGNAL " + signal.signal(), Optional.empty());
    }

    private static void healthcheck(StageState stage, Instruction.Healthcheck health) {
        Healthcheck check = new Healthcheck(
                health.test(),
                health.interval(),
                health.timeout(),
                health.startPeriod(),
                health.startInterval(),
                health.retries());
        stage.change(config -> config.healthcheck(Optional.of(check)));
        stage.record(
                "HEALTHCHECK {Test:" + GoFormat.plain(check.test())
                        + " Interval:" + GoFormat.duration(check.interval())
                        + " Timeout:" + GoFormat.duration(check.timeout())
                        + " StartPeriod:" + GoFormat.duration(check.startPeriod())
                        + " StartInterval:" + GoFormat.duration(check.startInterval())
                        + " Retries:" + check.retries() + "}",
                Optional.empty());
    }

    private void workdir(StageState stage, Instruction.Workdir workdir, Command command) throws UserError {
        String directory = stage.enter(workdir.path());
        Optional<Vertex> made = Optional.empty();
        if (!directory.equals("/")) {
            String user = stage.config.user();
            Op mkdir = new Op.Mkdir(
                    stage.tree.isPresent(),
                    ContainerPaths.clean(directory),
                    user.isEmpty() ? Optional.empty() : Optional.of(user));
            String name = stage.numbered(title(workdir, expander, stage.variables()));
            made = Optional.of(pool.add(name, mkdir, stage.treeAsInput(), Optional.of(excerpt(command)), false));
            stage.tree = made;
        }
        stage.record("WORKDIR " + directory, made);
    }

    /** An instruction as people see it: its text with variables expanded where that works, the keyword in capitals. */
    static String title(Instruction instruction, WordExpander expander, Environment variables) {
        return title(instruction.text(), expander, variables);
    }

    static String title(String text, WordExpander expander, Environment variables) {
        String expanded = text;
        try {
            expanded = expander.processWord(text, variables);
        } catch (UserError e) {
            // It was meant for people only: as written will do.
        }
        int space = expanded.indexOf(' ');
        String keyword = space < 0 ? expanded : expanded.substring(0, space);
        return keyword.toUpperCase(Locale.ROOT) + expanded.substring(keyword.length());
    }
}
