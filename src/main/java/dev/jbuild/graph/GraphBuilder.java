package dev.jbuild.graph;

import dev.jbuild.buildfile.Buildfile;
import dev.jbuild.buildfile.Environment;
import dev.jbuild.buildfile.Instruction;
import dev.jbuild.buildfile.SourceRange;
import dev.jbuild.buildfile.Stage;
import dev.jbuild.buildfile.WordExpander;
import dev.jbuild.oci.ContainerConfig;
import dev.jbuild.oci.ImageConfig;
import dev.jbuild.oci.Platform;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.problem.UserError;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Makes the graph of a build: the one entry to this room.
 *
 * <p>Stages are listed, linked by what they copy and mount, and followed from the target; bases of those found are
 * resolved, whose triggers may link more stages; then the instructions of each stage become vertices, in order.
 */
public final class GraphBuilder {
    private final Buildfile buildfile;
    private final GraphOptions options;
    private final GlobalArguments arguments;
    private final Optional<Instant> epoch;
    private final WordExpander expander;
    private final StageTable table = new StageTable();
    private final VertexPool pool;
    private final BaseResolver resolver;
    /** Whether stages count that the target doesn't need. */
    private final boolean others;

    private GraphBuilder(Buildfile buildfile, GraphOptions options, Bases bases, VertexPool pool, boolean others)
            throws JbuildException {
        this.buildfile = buildfile;
        this.others = others;
        this.options = options;
        this.pool = pool;
        this.arguments = GlobalArguments.of(buildfile, options);
        this.epoch = arguments.resolveEpoch(new SourceEpoch(buildfile, arguments, options.targetPlatform(), bases));
        this.expander = new WordExpander(buildfile.escape());
        this.resolver = new BaseResolver(buildfile, options, bases, pool, table);
    }

    /** The graph of what the target needs. Asks for those base images only that it needs. */
    public static BuildGraph build(Buildfile buildfile, GraphOptions options, Bases bases) throws JbuildException {
        return start(buildfile, options, bases, new VertexPool(), false).build();
    }

    /**
     * Finds what is wrong with a file: as {@link #build} does, but without a target in all its stages.
     *
     * @throws JbuildException what would fail a build
     */
    public static void check(Buildfile buildfile, GraphOptions options, Bases bases) throws JbuildException {
        start(buildfile, options, bases, new VertexPool(), options.target().isEmpty())
                .build();
    }

    private static GraphBuilder start(
            Buildfile buildfile, GraphOptions options, Bases bases, VertexPool pool, boolean others)
            throws JbuildException {
        if (buildfile.stages().isEmpty()) {
            throw new UserError("dockerfile contains no stages to build");
        }
        return new GraphBuilder(buildfile, options, bases, pool, others);
    }

    /**
     * The graphs for several platforms, which share what doesn't depend on them.
     *
     * @param platforms what to build for; with none, one graph of what {@code options} say
     */
    public static BuildPlan plan(Buildfile buildfile, GraphOptions options, List<Platform> platforms, Bases bases)
            throws JbuildException {
        VertexPool pool = new VertexPool();
        List<BuildGraph> graphs = new ArrayList<>();
        for (Platform platform : platforms) {
            graphs.add(start(buildfile, options.forPlatform(platform), bases, pool, false)
                    .build());
        }
        if (platforms.isEmpty()) {
            graphs.add(start(buildfile, options, bases, pool, false).build());
        }
        return BuildPlan.of(graphs, pool.processes());
    }

    private BuildGraph build() throws JbuildException {
        for (Stage stage : buildfile.stages()) {
            try {
                table.add(listed(stage));
            } catch (UserError e) {
                throw Located.at(buildfile.excerpt(stage.range()), e);
            }
        }
        table.all().forEach(GraphBuilder::countSteps);
        StageState target = table.target(options.target());
        linkStages();
        Set<StageState> needed = resolveNeeded(target);
        dispatch(needed);
        return graph(target);
    }

    private StageState listed(Stage stage) throws UserError {
        Environment globals = Environment.of(arguments.values());
        Optional<String> override = table.size() == 0 ? options.overrides().firstBase() : Optional.empty();
        String baseName = override.isPresent() ? override.get() : expander.processWord(stage.baseName(), globals);
        if (baseName.isEmpty()) {
            throw new UserError("base name (" + stage.baseName() + ") should not be blank");
        }
        Optional<Platform> platform = Optional.empty();
        if (stage.platform().isPresent()) {
            platform = Optional.of(platform(stage.platform().get(), globals));
        }
        return new StageState(
                Optional.of(stage),
                baseName,
                stage.range(),
                platform,
                stage.name().orElse("stage-" + table.size()),
                isNoCache(stage.name().orElse("")),
                options,
                epoch);
    }

    private Platform platform(String written, Environment globals) throws UserError {
        WordExpander.Result result = expander.expand(written, globals);
        String hint = result.unset().stream()
                .map(name -> Suggestion.hint(name, globals.names()))
                .filter(text -> !text.isEmpty())
                .findFirst()
                .orElse("");
        if (result.word().isEmpty()) {
            throw new UserError("empty platform value from expression " + written + hint);
        }
        try {
            return Platform.parse(result.word(), options.buildPlatform());
        } catch (IllegalArgumentException e) {
            throw new UserError("failed to parse platform " + written + ": " + e.getMessage() + hint, e);
        }
    }

    private boolean isNoCache(String name) {
        return options.noCache() || options.noCacheFilter().stream().anyMatch(name::equalsIgnoreCase);
    }

    private static void countSteps(StageState stage) {
        if (!stage.baseName.equals(BaseResolver.SCRATCH) && stage.base.isEmpty()) {
            stage.stepTotal++;
        }
        for (Instruction instruction : stage.stage.orElseThrow().instructions()) {
            if (instruction instanceof Instruction.Run
                    || instruction instanceof Instruction.Copy
                    || instruction instanceof Instruction.Add
                    || instruction instanceof Instruction.Workdir) {
                stage.stepTotal++;
            }
        }
    }

    private void linkStages() throws JbuildException {
        for (StageState stage : table.all()) {
            List<Command> commands = new ArrayList<>();
            EarlyVariables variables = new EarlyVariables(arguments, expander);
            for (Instruction instruction : stage.stage.orElseThrow().instructions()) {
                variables.see(instruction);
                commands.add(link(stage, instruction, variables, false, instruction.range()));
            }
            stage.commands = commands;
        }
        try {
            table.refuseCircles();
        } catch (StageTable.CircularStages e) {
            throw new UserError(
                    String.valueOf(e.getMessage()),
                    buildfile.excerpt(e.command().range()),
                    List.of(),
                    null);
        }
        if (table.size() == 1) {
            table.all().get(0).shownName = "";
        }
    }

    /** Finds the stages that an instruction takes files from. */
    private Command link(
            StageState stage, Instruction written, EarlyVariables variables, boolean onBuild, SourceRange range)
            throws JbuildException {
        Map<String, StageState> sources = new LinkedHashMap<>();
        Instruction instruction = written;
        try {
            if (written instanceof Instruction.Run run) {
                instruction = run.withMounts(options.overrides().runMounts());
            }
            if (instruction instanceof Instruction.Copy copy && copy.from().isPresent()) {
                String from = copy.from().get();
                sources.put(from, copySource(variables.expandName(from), range));
            } else if (instruction instanceof Instruction.Run run) {
                for (String from : run.mountSources()) {
                    sources.put(from, table.named(from).orElseGet(() -> outside(from, range)));
                }
                // Mounts of nothing count as a stage of nothing, which shows in how BuildKit numbers steps.
                for (int i = run.mountSources().size(); i < run.mountFlags().size(); i++) {
                    outside(BaseResolver.SCRATCH, range);
                }
            }
        } catch (UserError e) {
            throw Located.at(buildfile.excerpt(range), e);
        }
        Command command = new Command(instruction, sources, onBuild, range);
        sources.values().forEach(source -> stage.dependencies.put(source, command));
        return command;
    }

    private StageState copySource(String from, SourceRange range) throws UserError {
        if (from.matches("[+-]?[0-9]{1,9}")) {
            return table.numbered(Integer.parseInt(from));
        }
        return table.named(from).orElseGet(() -> outside(from, range));
    }

    /** An image or named context that is only copied or mounted from. */
    private StageState outside(String name, SourceRange range) {
        StageState source = new StageState(Optional.empty(), name, range, Optional.empty(), "", false, options, epoch);
        table.add(source);
        return source;
    }

    private Set<StageState> resolveNeeded(StageState target) throws JbuildException {
        while (true) {
            Set<StageState> needed = new LinkedHashSet<>();
            collectNeeded(target, needed);
            if (others) {
                for (StageState stage : table.all()) {
                    collectNeeded(stage, needed);
                }
            }
            for (StageState stage : table.all()) {
                resolveBase(stage, needed.contains(stage));
            }
            if (!addTriggers(needed)) {
                return needed;
            }
        }
    }

    private void collectNeeded(StageState stage, Set<StageState> needed) throws JbuildException {
        if (!needed.add(stage)) {
            return;
        }
        resolver.replaceStage(stage);
        if (stage.replaced) {
            return;
        }
        if (stage.base.isPresent()) {
            collectNeeded(stage.base.get(), needed);
        }
        for (StageState source : stage.dependencies.keySet()) {
            collectNeeded(source, needed);
        }
    }

    private void resolveBase(StageState stage, boolean isNeeded) throws JbuildException {
        if (stage.base.isPresent() || stage.baseResolved) {
            return;
        }
        if (isNeeded) {
            resolver.resolve(stage);
        } else if (!stage.baseName.equals(BaseResolver.SCRATCH)) {
            resolver.reference(stage);
        }
    }

    /** Puts the triggers of what stages are built on before their own instructions; true if that linked more stages. */
    private boolean addTriggers(Set<StageState> needed) throws JbuildException {
        boolean linkedMore = false;
        for (StageState stage : needed) {
            if (stage.triggersAdded || stage.replaced || stage.stage.isEmpty()) {
                continue;
            }
            stage.triggersAdded = true;
            List<Command> commands = new ArrayList<>();
            EarlyVariables variables = new EarlyVariables(arguments, expander);
            for (String trigger : triggers(stage)) {
                Command command = link(stage, parsed(trigger, stage), variables, true, stage.range);
                linkedMore |= !command.sources().isEmpty();
                commands.add(command);
            }
            stage.stepTotal += commands.size();
            commands.addAll(stage.commands);
            stage.commands = commands;
        }
        return linkedMore;
    }

    private static List<String> triggers(StageState stage) {
        if (stage.base.isEmpty()) {
            return stage.config.onBuild();
        }
        StageState base = stage.base.get();
        if (base.replaced) {
            return base.config.onBuild();
        }
        List<String> triggers = new ArrayList<>();
        for (Command command : base.commands) {
            if (command.instruction() instanceof Instruction.OnBuild onBuild) {
                triggers.add(onBuild.trigger());
            }
        }
        return triggers;
    }

    private Instruction parsed(String trigger, StageState stage) throws JbuildException {
        try {
            return Buildfile.parseTrigger(trigger);
        } catch (UserError e) {
            // Its own place is a line of the trigger, not of this file.
            throw new UserError(e.what(), buildfile.excerpt(stage.range), e.hints(), e);
        }
    }

    private void dispatch(Set<StageState> needed) throws JbuildException {
        StageDispatcher dispatcher = new StageDispatcher(buildfile, arguments, expander, pool, resolver);
        for (StageState stage : table.all()) {
            if (needed.contains(stage) && !stage.dispatched) {
                dispatcher.dispatch(stage);
            }
        }
    }

    private BuildGraph graph(StageState target) {
        resolver.layFiles(target);
        target.change(config -> config.labels(options.labels()));
        ContainerConfig config = target.config;
        ImageConfig base = target.baseImage;
        Platform result = resultPlatform(target);
        List<Vertex> vertices = pool.neededFor(target.treeAsInput());
        return new BuildGraph(
                vertices,
                target.tree,
                options.platform().map(Platform::normalised).orElse(result),
                result,
                base,
                config,
                target.author,
                target.history,
                epoch);
    }

    /**
     * What was asked for; or, where nothing was, what the base is for. What the request leaves open of a variant or
     * version comes from a base for the same system and processor.
     */
    private Platform resultPlatform(StageState target) {
        Platform asked = options.targetPlatform();
        Platform base = target.baseImage.platform();
        boolean known = !base.os().isEmpty() && !base.architecture().isEmpty();
        if (options.platform().isEmpty()) {
            return (known ? base : asked).normalised();
        }
        boolean same = asked.os().equals(base.os()) && asked.architecture().equals(base.architecture());
        return new Platform(
                        asked.os(),
                        asked.architecture(),
                        same && asked.variant().isEmpty() ? base.variant() : asked.variant(),
                        same && asked.osVersion().isEmpty() ? base.osVersion() : asked.osVersion())
                .normalised();
    }
}
