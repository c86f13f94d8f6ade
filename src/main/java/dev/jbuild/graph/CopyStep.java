package dev.jbuild.graph;

import dev.jbuild.buildfile.Heredoc;
import dev.jbuild.buildfile.Instruction;
import dev.jbuild.buildfile.WordExpander;
import dev.jbuild.problem.SourceExcerpt;
import dev.jbuild.problem.UserError;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Makes the vertices of COPY and ADD. */
final class CopyStep {
    private static final Pattern OCTAL = Pattern.compile("[0-7]+");
    private static final Pattern SYMBOLIC =
            Pattern.compile("[ugoa]*(?:[-+=](?:[rwxXst]*|[ugo]))+(?:,[ugoa]*(?:[-+=](?:[rwxXst]*|[ugo]))+)*");

    private final VertexPool pool;
    private final WordExpander expander;

    CopyStep(VertexPool pool, WordExpander expander) {
        this.pool = pool;
        this.expander = expander;
    }

    /** What COPY and ADD have in common. */
    private record Request(
            Instruction instruction,
            String keyword,
            List<String> sources,
            List<Heredoc> contents,
            String destination,
            Optional<String> chown,
            Optional<String> chmod,
            boolean parents,
            List<String> excludes,
            boolean link) {}

    void add(StageState stage, Instruction.Copy copy, Command command, SourceExcerpt where) throws UserError {
        for (String source : copy.sources()) {
            RemoteSources.refuseForCopy(source);
        }
        Optional<StageState> from = copy.from().map(command.sources()::get);
        if (from.isPresent() && !from.get().dispatched) {
            throw new UserError(
                    "cannot copy from stage " + GoFormat.quote(copy.from().get())
                            + ", it needs to be defined before current stage " + GoFormat.quote(stage.shownName));
        }
        Request request = new Request(
                copy,
                "COPY",
                copy.sources(),
                copy.contents(),
                copy.destination(),
                copy.chown(),
                copy.chmod(),
                copy.parents(),
                copy.excludes(),
                copy.link());
        List<Vertex> inputs = new ArrayList<>(stage.treeAsInput());
        List<Op.Source> sources = new ArrayList<>();
        if (!copy.sources().isEmpty()) {
            inputs.add(from.map(this::tree).orElseGet(pool::buildContext));
            copy.sources().forEach(source -> sources.add(new Op.Source(inputs.size() - 1, source, true, false)));
        }
        boolean fromImage = from.isPresent() && from.get().files.isEmpty();
        add(stage, request, inputs, sources, fromImage, where);
    }

    void add(StageState stage, Instruction.Add add, SourceExcerpt where) throws UserError {
        if (add.checksum().isPresent()) {
            checkSummed(add);
        }
        Request request = new Request(
                add,
                "ADD",
                add.sources(),
                add.contents(),
                add.destination(),
                add.chown(),
                add.chmod(),
                false,
                add.excludes(),
                add.link());
        List<Vertex> inputs = new ArrayList<>(stage.treeAsInput());
        List<Op.Source> sources = new ArrayList<>();
        for (String source : add.sources()) {
            Optional<Op> remote = RemoteSources.operation(source, add);
            Vertex input = remote.isPresent() ? remote(source, remote.get(), where) : pool.buildContext();
            if (!inputs.contains(input)) {
                inputs.add(input);
            }
            sources.add(source(source, remote, inputs.indexOf(input), add.unpack()));
        }
        add(stage, request, inputs, sources, false, where);
    }

    private static void checkSummed(Instruction.Add add) throws UserError {
        if (add.sources().size() != 1) {
            throw new UserError("checksum can't be specified for multiple sources");
        }
        if (!RemoteSources.isRemote(add.sources().get(0))) {
            throw new UserError("checksum requires HTTP(S) or Git sources");
        }
    }

    private Vertex remote(String source, Op op, SourceExcerpt where) {
        String name = "[internal] load " + (op instanceof Op.Git ? "git source " : "") + AddressParts.shown(source);
        return pool.add(name, op, List.of(), Optional.of(where), false);
    }

    /** Archives of the context are unpacked unless told otherwise, those from elsewhere only if told so. */
    private static Op.Source source(String written, Optional<Op> remote, int input, Optional<Boolean> unpack) {
        if (remote.isEmpty()) {
            return new Op.Source(input, written, true, unpack.orElse(true));
        }
        if (remote.get() instanceof Op.Http http) {
            return new Op.Source(input, http.name(), false, unpack.orElse(false));
        }
        return new Op.Source(input, "/", false, false);
    }

    private void add(
            StageState stage,
            Request request,
            List<Vertex> inputs,
            List<Op.Source> sources,
            boolean fromImage,
            SourceExcerpt where)
            throws UserError {
        checkMode(request.chmod());
        boolean windows = stage.isWindows();
        String destination = windows ? WindowsPaths.slashed(request.destination()) : request.destination();
        Op copy = new Op.Copy(
                stage.tree.isPresent(),
                windows ? slashed(sources) : sources,
                request.contents().stream()
                        .map(file -> new Op.InlineFile(file.name(), file.content()))
                        .toList(),
                ContainerPaths.resolveDestination(stage.directory(), destination),
                request.chown(),
                request.chmod(),
                fromImage,
                request.parents(),
                request.excludes(),
                request.link());
        String name = stage.numbered(StageDispatcher.title(request.instruction(), expander, stage.variables()));
        Vertex vertex = pool.add(name, copy, inputs, Optional.of(where), stage.ignoreCache);
        stage.tree = Optional.of(vertex);
        stage.record(createdBy(request), stage.tree);
    }

    private static List<Op.Source> slashed(List<Op.Source> sources) throws UserError {
        List<Op.Source> slashed = new ArrayList<>();
        for (Op.Source source : sources) {
            slashed.add(
                    source.pattern()
                            ? new Op.Source(source.input(), WindowsPaths.slashed(source.path()), true, source.extract())
                            : source);
        }
        return slashed;
    }

    /** The files of a stage; of one that is empty, a tree without any. */
    private Vertex tree(StageState stage) {
        return stage.files.or(() -> stage.tree).orElseGet(pool::emptyTree);
    }

    private static void checkMode(Optional<String> chmod) throws UserError {
        if (chmod.isEmpty()) {
            return;
        }
        String mode = chmod.get();
        boolean octal = OCTAL.matcher(mode).matches() && mode.length() <= 20 && Long.parseLong(mode, 8) <= 07777;
        if (octal || SYMBOLIC.matcher(mode).matches()) {
            return;
        }
        if (Character.isDigit(mode.charAt(0))) {
            throw new UserError(
                    "invalid chmod parameter: '" + mode + "'. it should be octal string and between 0 and 07777");
        }
        throw new UserError("invalid chmod parameter: '" + mode
                + "'. it should be an octal or a symbolic mode, such as 0755 or u=rwX,go=rX");
    }

    private static String createdBy(Request request) {
        StringBuilder text = new StringBuilder(request.keyword());
        if (request.parents()) {
            text.append(" --parents");
        }
        request.chown().ifPresent(owner -> text.append(" --chown=").append(owner));
        request.chmod().ifPresent(mode -> text.append(" --chmod=").append(mode));
        request.sources().forEach(source -> text.append(' ').append(source));
        request.contents().forEach(file -> text.append(" <<").append(file.name()));
        return text + " " + request.destination() + " # buildkit";
    }
}
