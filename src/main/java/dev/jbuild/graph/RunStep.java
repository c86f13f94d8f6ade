package dev.jbuild.graph;

import dev.jbuild.buildfile.Environment;
import dev.jbuild.buildfile.Heredoc;
import dev.jbuild.buildfile.Instruction;
import dev.jbuild.buildfile.Mount;
import dev.jbuild.buildfile.WordExpander;
import dev.jbuild.problem.SourceExcerpt;
import dev.jbuild.problem.UserError;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Makes the vertices of RUN. */
final class RunStep {
    private static final Pattern ONLY_HEREDOC = Pattern.compile("\\d*<<-?([^<]+)");
    private static final String SCRIPTS = "/dev/pipes";

    private final VertexPool pool;
    private final List<String> proxyVariables;
    private final String cacheNamespace;
    private final WordExpander wordSplitter;
    private final WordExpander titles;

    RunStep(VertexPool pool, List<String> proxyVariables, String cacheNamespace, WordExpander expander) {
        this.pool = pool;
        this.cacheNamespace = cacheNamespace;
        this.proxyVariables = proxyVariables;
        this.wordSplitter = new WordExpander('\\', false, false, true, false);
        this.titles = new WordExpander(expander.escape(), true, false, true, false);
    }

    /** A process, before its mounts. */
    private record Invocation(List<String> args, Optional<RunMount> script, String title) {}

    void add(StageState stage, Instruction.Run run, Command command, SourceExcerpt where) throws UserError {
        Invocation invocation = invocation(stage, run);
        MountConverter mounts = new MountConverter(stage, command, cacheNamespace);
        invocation.script().ifPresent(mounts::add);
        for (Mount mount : run.mounts()) {
            mounts.add(mount, pool);
        }
        Op op = new Op.Run(
                stage.tree.isPresent(),
                invocation.args(),
                environment(stage, mounts.converted()),
                proxyVariables,
                ContainerPaths.clean(stage.directory()),
                stage.config.user(),
                Op.Network.valueOf(run.network().name()),
                run.insecure(),
                mounts.converted(),
                run.devices(),
                run.limits(),
                stage.programs());
        String name = stage.numbered(StageDispatcher.title(invocation.title(), titles, titleVariables(stage, run)));
        String createdBy = "RUN " + withArgs(stage, invocation.args()) + " # buildkit";
        Vertex vertex = pool.add(name, op, mounts.inputs(), Optional.of(where), stage.ignoreCache);
        stage.tree = Optional.of(vertex);
        stage.record(createdBy, stage.tree);
    }

    /** What processes see; the first agent for SSH keys is the one that programs are told of. */
    private static List<String> environment(StageState stage, List<RunMount> mounts) {
        Map<String, String> variables = new LinkedHashMap<>(stage.environment);
        mounts.stream()
                .filter(RunMount.Ssh.class::isInstance)
                .findFirst()
                .ifPresent(agent -> variables.putIfAbsent("SSH_AUTH_SOCK", agent.target()));
        return variables.entrySet().stream()
                .map(variable -> variable.getKey() + "=" + variable.getValue())
                .toList();
    }

    private Invocation invocation(StageState stage, Instruction.Run run) throws UserError {
        List<String> words = run.command().words();
        if (run.heredocs().isEmpty()) {
            return new Invocation(StageDispatcher.withShell(stage, run.command()), Optional.empty(), run.text());
        }
        if (words.size() != 1 || !run.command().shell()) {
            throw new UserError("parsing produced an invalid run command: " + GoFormat.plain(words));
        }
        Heredoc first = run.heredocs().get(0);
        if (!isOnlyHeredoc(words.get(0))) {
            return new Invocation(
                    StageDispatcher.withShell(stage, rebuilt(words.get(0), run.heredocs())),
                    Optional.empty(),
                    run.text());
        }
        String title = run.text() + " (" + summary(first.content()) + ")";
        String script = first.text();
        if (!script.startsWith("#!")) {
            // The shell gets the lines themselves, so this works with shells that have no heredocs.
            return new Invocation(StageDispatcher.withShell(stage, script), Optional.empty(), title);
        }
        String path = SCRIPTS + "/" + first.name();
        RunMount file = new RunMount.Inline(path, script, 0755);
        return new Invocation(StageDispatcher.withShell(stage, path), Optional.of(file), title);
    }

    private boolean isOnlyHeredoc(String text) throws UserError {
        Matcher heredoc = ONLY_HEREDOC.matcher(text);
        return heredoc.matches()
                && wordSplitter
                                .processWords(heredoc.group(1), Environment.of(Map.of()))
                                .size()
                        == 1;
    }

    private static String rebuilt(String line, List<Heredoc> heredocs) {
        StringBuilder script = new StringBuilder(line);
        for (Heredoc heredoc : heredocs) {
            script.append('\n').append(heredoc.content()).append(heredoc.name());
        }
        return script.toString();
    }

    private static String summary(String content) {
        String[] lines = content.strip().split("\r?\n", -1);
        return lines[0] + (lines.length > 1 ? "..." : "");
    }

    /** What a title may show: the value of a secret is no part of it. */
    private static Environment titleVariables(StageState stage, Instruction.Run run) {
        Map<String, String> variables = new LinkedHashMap<>(stage.environment);
        for (Mount mount : run.mounts()) {
            if (mount.type() == Mount.Type.SECRET) {
                mount.env().ifPresent(name -> variables.put(name, "****"));
            }
        }
        return Environment.of(variables);
    }

    /** The command as history shows it, with the build arguments that were in force. */
    private static String withArgs(StageState stage, List<String> args) {
        Map<String, String> values = new LinkedHashMap<>();
        for (Instruction.Arg.Definition arg : stage.args) {
            values.put(
                    arg.name(),
                    stage.environment.getOrDefault(arg.name(), arg.value().orElse("")));
        }
        List<String> words = new ArrayList<>();
        if (!values.isEmpty()) {
            words.add("|" + values.size());
            values.forEach((name, value) -> words.add(name + "=" + value));
        }
        words.addAll(args);
        return String.join(" ", words);
    }
}
