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
    private static final Pattern GIT = Pattern.compile(
            "(?:git|ssh)://.*|https?://[^?#]*\\.git(?:[?#].*)?|[a-zA-Z0-9._-]+@[a-zA-Z0-9.-]+:(?!\\d+/).*");

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
            boolean link,
            boolean extract) {}

    void add(StageState stage, Instruction.Copy copy, Command command, SourceExcerpt where) throws UserError {
        refuseRemote(copy.sources());
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
                copy.link(),
                false);
        add(stage, request, from, where);
    }

    void add(StageState stage, Instruction.Add add, SourceExcerpt where) throws UserError {
        boolean remote = refuseRemoteOrUnknown(add, where);
        if (!remote && add.checksum().isPresent()) {
            throw new UserError("checksum requires HTTP(S) or Git sources");
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
                add.link(),
                add.unpack().orElse(true));
        add(stage, request, Optional.empty(), where);
    }

    private static void refuseRemote(List<String> sources) throws UserError {
        for (String source : sources) {
            if (GIT.matcher(source).matches()) {
                throw new UserError("source can't be a git ref for COPY");
            }
            if (isUrl(source)) {
                throw new UserError("source can't be a URL for COPY");
            }
        }
    }

    private static boolean isUrl(String source) {
        return source.startsWith("http://") || source.startsWith("https://");
    }

    private static boolean refuseRemoteOrUnknown(Instruction.Add add, SourceExcerpt where) throws UserError {
        for (String source : add.sources()) {
            if (GIT.matcher(source).matches()) {
                throw NotYet.refuse("ADD of a git repository (" + source + ")", where);
            }
            if (isUrl(source)) {
                throw NotYet.refuse("ADD of a URL (" + source + ")", where);
            }
        }
        if (add.keepGitDir().isPresent()) {
            throw NotYet.refuse("ADD --keep-git-dir", where);
        }
        return false;
    }

    private void add(StageState stage, Request request, Optional<StageState> from, SourceExcerpt where)
            throws UserError {
        checkMode(request.chmod());
        List<Vertex> inputs = new ArrayList<>(stage.treeAsInput());
        if (!request.sources().isEmpty()) {
            inputs.add(from.map(this::tree).orElseGet(pool::buildContext));
        }
        Op copy = new Op.Copy(
                stage.tree.isPresent(),
                request.sources(),
                request.contents().stream()
                        .map(file -> new Op.InlineFile(file.name(), file.content()))
                        .toList(),
                ContainerPaths.resolveDestination(stage.directory(), request.destination()),
                request.chown(),
                request.chmod(),
                request.extract(),
                from.isPresent() && from.get().files.isEmpty(),
                request.parents(),
                request.excludes(),
                request.link());
        String name = stage.numbered(StageDispatcher.title(request.instruction(), expander, stage.variables()));
        Vertex vertex = pool.add(name, copy, inputs, Optional.of(where), stage.ignoreCache);
        stage.tree = Optional.of(vertex);
        stage.record(createdBy(request), stage.tree);
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
