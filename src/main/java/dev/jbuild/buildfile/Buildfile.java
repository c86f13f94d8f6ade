package dev.jbuild.buildfile;

import dev.jbuild.problem.SourceExcerpt;
import dev.jbuild.problem.UserError;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A parsed Buildfile.
 *
 * @param fileName the file as the user named it
 * @param escape the escape character in force: backslash or backtick
 * @param globalArgs the ARGs before the first FROM
 * @param lines the file's lines as they are, to show excerpts
 */
public record Buildfile(
        String fileName,
        char escape,
        List<Directive> directives,
        List<Instruction.Arg> globalArgs,
        List<Stage> stages,
        List<ParseWarning> warnings,
        List<String> lines) {
    /** A file of more bytes is refused. */
    public static final int LARGEST = 16 << 20;

    public Buildfile {
        directives = List.copyOf(directives);
        globalArgs = List.copyOf(globalArgs);
        stages = List.copyOf(stages);
        warnings = List.copyOf(warnings);
        lines = List.copyOf(lines);
    }

    /**
     * Reads the text of a file to its end, or no further than is allowed.
     *
     * @throws UserError if there is more
     */
    public static String read(InputStream file) throws IOException, UserError {
        byte[] bytes = file.readNBytes(LARGEST + 1);
        if (bytes.length > LARGEST) {
            throw FileParser.tooLarge();
        }
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** Parses the bytes of a file; what is not UTF-8 becomes replacement characters. */
    public static Buildfile parse(String fileName, byte[] bytes) throws UserError {
        FileParser parser = new FileParser(fileName, bytes);
        FileParser.Parsed parsed = parser.parse();
        StageReader reader = new StageReader(fileName, parser.lines(), parsed.directives());
        for (Node node : parsed.nodes()) {
            reader.add(node);
        }
        return new Buildfile(
                fileName,
                parsed.escape(),
                parsed.directives(),
                reader.globalArgs(),
                reader.stages(),
                parsed.warnings(),
                parser.lines());
    }

    /** Parses the text of a file. */
    public static Buildfile parse(String fileName, String text) throws UserError {
        return parse(fileName, text.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Parses the text of one ONBUILD trigger, as an image's configuration has it.
     *
     * @param range the lines to say that it comes from: those of the FROM that names the image
     */
    public static Instruction parseTrigger(String trigger, SourceRange range) throws UserError {
        byte[] bytes = trigger.getBytes(StandardCharsets.UTF_8);
        List<Node> nodes = new FileParser("ONBUILD trigger", bytes).parse().nodes();
        if (nodes.size() != 1) {
            throw new UserError("onbuild trigger should be a single expression");
        }
        Node node = nodes.get(0);
        Instruction instruction = InstructionReader.read(node.with(node.heredocs(), range));
        if (instruction instanceof Instruction.From) {
            throw new UserError("FROM isn't allowed as an ONBUILD trigger");
        }
        return instruction;
    }

    /** Parses the text of one ONBUILD trigger, with line numbers of its own. */
    public static Instruction parseTrigger(String trigger) throws UserError {
        return parseTrigger(trigger, new SourceRange(1, 1));
    }

    /** A problem with an instruction, with the lines that it is about. */
    public UserError at(SourceRange range, UserError problem) {
        return problem.where().isPresent()
                ? problem
                : new UserError(problem.what(), excerpt(range), problem.hints(), problem);
    }

    /** The lines of a range with some around them. */
    public SourceExcerpt excerpt(SourceRange range) {
        return SourceExcerpt.of(fileName, lines, range.startLine(), range.endLine());
    }

    /** The lines of an instruction with some around them. */
    public SourceExcerpt excerpt(Instruction instruction) {
        return excerpt(instruction.range());
    }
}
