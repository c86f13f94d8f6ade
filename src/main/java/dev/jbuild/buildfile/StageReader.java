package dev.jbuild.buildfile;

import dev.jbuild.problem.SourceExcerpt;
import dev.jbuild.problem.UserError;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Collects instructions into stages. */
final class StageReader {
    private static final Pattern PLAIN_SYNTAX =
            Pattern.compile("(docker\\.io/)?docker/dockerfile(-upstream)?(?![^:@])");

    private final String fileName;
    private final List<String> lines;
    private final boolean extended;
    private final List<Instruction.Arg> globalArgs = new ArrayList<>();
    private final List<Stage> stages = new ArrayList<>();
    private Optional<Instruction.From> from = Optional.empty();
    private List<Instruction> instructions = new ArrayList<>();

    StageReader(String fileName, List<String> lines, List<Directive> directives) {
        this.fileName = fileName;
        this.lines = lines;
        this.extended = !isPlain(directives);
    }

    /** Whether a {@code # syntax=} line says that the file is for the frontend of plain Dockerfiles. */
    private static boolean isPlain(List<Directive> directives) {
        return directives.stream()
                .filter(directive -> directive.name().equals("syntax"))
                .anyMatch(
                        directive -> PLAIN_SYNTAX.matcher(directive.firstWord()).lookingAt());
    }

    Instruction add(Node node) throws UserError {
        Instruction instruction = read(node);
        if (instruction instanceof Instruction.From next) {
            finish();
            from = Optional.of(next);
        } else if (from.isPresent()) {
            instructions.add(instruction);
        } else if (instruction instanceof Instruction.Arg arg) {
            globalArgs.add(arg);
        } else {
            throw at(new UserError("no build stage in current context", "start the file with FROM"), node.range());
        }
        return instruction;
    }

    private Instruction read(Node node) throws UserError {
        try {
            return InstructionReader.read(node, extended);
        } catch (UserError e) {
            int line = node.range().startLine();
            String what = "dockerfile parse error on line " + line + ": " + e.what();
            throw at(new UserError(what, e, e.hints().toArray(new String[0])), node.range());
        }
    }

    private UserError at(UserError problem, SourceRange range) {
        SourceExcerpt where = SourceExcerpt.of(fileName, lines, range.startLine(), range.endLine());
        return new UserError(problem.what(), where, problem.hints(), problem.getCause());
    }

    private void finish() {
        from.ifPresent(f -> stages.add(new Stage(f, instructions)));
        instructions = new ArrayList<>();
    }

    List<Instruction.Arg> globalArgs() {
        return globalArgs;
    }

    /** The stages; there is nothing to add after this. */
    List<Stage> stages() {
        finish();
        from = Optional.empty();
        return stages;
    }
}
