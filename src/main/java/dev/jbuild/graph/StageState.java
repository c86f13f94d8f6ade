package dev.jbuild.graph;

import dev.jbuild.buildfile.Environment;
import dev.jbuild.buildfile.Instruction;
import dev.jbuild.buildfile.SourceRange;
import dev.jbuild.buildfile.Stage;
import dev.jbuild.oci.ContainerConfig;
import dev.jbuild.oci.History;
import dev.jbuild.oci.ImageConfig;
import dev.jbuild.oci.Platform;
import dev.jbuild.problem.UserError;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * A stage while its instructions are being turned into vertices. An image or context that is only copied or mounted
 * from counts as a stage too, without instructions.
 */
final class StageState {
    /** Absent for what is only copied or mounted from. */
    final Optional<Stage> stage;

    /** The name given with AS. */
    final Optional<String> name;

    /** The lines of the FROM, or of the instruction that copies from this. */
    final SourceRange range;

    final String baseName;
    final boolean ignoreCache;

    /** The name that people see: given or {@code stage-0}. */
    String shownName;

    Optional<Platform> platform;
    Optional<StageState> base = Optional.empty();
    List<Command> commands = new ArrayList<>();
    /** The stages that files are taken from, each with the last command that does. */
    final Map<StageState, Command> dependencies = new LinkedHashMap<>();

    boolean triggersAdded;
    boolean askedForReplacement;
    boolean baseResolved;
    /** Whether a named context stands in place of the whole stage. */
    boolean replaced;

    boolean dispatched;

    int stepTotal;
    private int stepIndex;
    boolean inTrigger;

    /** The root file system so far; absent while it is empty. */
    Optional<Vertex> tree = Optional.empty();
    /** Set where this is a tree of files rather than an image. */
    Optional<Vertex> files = Optional.empty();

    ImageConfig baseImage;
    ContainerConfig config = ContainerConfig.EMPTY;
    String author = "";
    final List<BuildGraph.Step> history = new ArrayList<>();
    /** What processes see: ENV and ARG together, in the order in which they were last set. */
    final Map<String, String> environment = new LinkedHashMap<>();

    final List<Instruction.Arg.Definition> args = new ArrayList<>();
    boolean cmdSet;
    private final Optional<Instant> epoch;
    private final boolean namesPlatform;

    StageState(
            Optional<Stage> stage,
            String baseName,
            SourceRange range,
            Optional<Platform> platform,
            String shownName,
            boolean ignoreCache,
            GraphOptions options,
            Optional<Instant> epoch) {
        this.stage = stage;
        this.name = stage.flatMap(Stage::name);
        this.baseName = baseName;
        this.range = range;
        this.platform = platform;
        this.shownName = shownName;
        this.ignoreCache = ignoreCache;
        this.baseImage = ImageConfig.empty(options.targetPlatform());
        this.epoch = epoch;
        this.namesPlatform = options.multiPlatform();
    }

    /** Starts from where another stage has come to. Its triggers are not inherited. */
    void inherit(StageState other) {
        tree = other.tree;
        platform = other.platform;
        baseImage = other.baseImage;
        config = other.config.toBuilder().clearOnBuild().build();
        author = other.author;
        history.clear();
        history.addAll(other.history);
        environment.clear();
        environment.putAll(other.environment);
        args.clear();
        args.addAll(other.args);
    }

    Environment variables() {
        return Environment.of(environment);
    }

    /** Sets a variable for processes, as the last one. */
    void setVariable(String variable, String value) {
        environment.remove(variable);
        environment.put(variable, value);
    }

    /** Every image has a PATH, but for those of Windows, which leave it to the system. */
    void addDefaultPath() {
        if (!isWindows() && config.envValue("PATH").isEmpty()) {
            change(builder -> builder.env("PATH", PredefinedVariables.PATH));
        }
    }

    void change(UnaryOperator<ContainerConfig.Builder> change) {
        config = change.apply(config.toBuilder()).build();
    }

    /** What the programs of the base image are for, which need not be what was asked for. */
    Optional<Platform> programs() {
        Platform base = baseImage.platform();
        boolean known = !base.os().isEmpty() && !base.architecture().isEmpty();
        return known ? Optional.of(base.normalised()) : platform;
    }

    boolean isWindows() {
        return platform.filter(own -> own.os().equals("windows")).isPresent();
    }

    /** The working directory, with slashes. */
    String directory() {
        String directory = config.workingDir().isEmpty() ? "/" : config.workingDir();
        return isWindows() ? directory.replace('\\', '/') : directory;
    }

    /** Changes the working directory to one that is relative to the present one. Returns it with slashes. */
    String enter(String path) throws UserError {
        boolean windows = isWindows();
        String from = windows ? WindowsPaths.slashed(directory()) : directory();
        String directory = ContainerPaths.resolve(from, windows ? WindowsPaths.slashed(path) : path);
        String whole = windows ? ContainerPaths.clean(directory) : directory;
        change(builder -> builder.workingDir(windows ? WindowsPaths.written(whole) : whole));
        return whole;
    }

    List<Vertex> treeAsInput() {
        return tree.stream().toList();
    }

    void record(String createdBy, Optional<Vertex> vertex) {
        History entry = new History(epoch, createdBy, "buildkit.dockerfile.v0", "", vertex.isEmpty());
        history.add(new BuildGraph.Step(entry, vertex));
    }

    /** For which platform a step is, where there are several; and what it compiles for, where that is another one. */
    private String platformPrefix() {
        if (!namesPlatform || platform.isEmpty()) {
            return "";
        }
        Platform own = platform.get();
        return own
                + CrossTarget.of(environment).map(target -> target.suffix(own)).orElse("") + " ";
    }

    /** A step's name as people see it; counts the step. */
    String numbered(String text) {
        if (stepTotal == 0) {
            return text;
        }
        stepIndex++;
        int width = Integer.toString(stepTotal).length();
        String number =
                " ".repeat(Math.max(0, width - Integer.toString(stepIndex).length())) + stepIndex;
        return "[" + platformPrefix() + (shownName.isEmpty() ? "" : shownName + " ") + number + "/" + stepTotal + "] "
                + (inTrigger ? "ONBUILD " : "") + text;
    }
}
