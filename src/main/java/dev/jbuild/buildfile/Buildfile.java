package dev.jbuild.buildfile;

import dev.jbuild.problem.SourceExcerpt;
import dev.jbuild.problem.UserError;
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
    public Buildfile {
        directives = List.copyOf(directives);
        globalArgs = List.copyOf(globalArgs);
        stages = List.copyOf(stages);
        warnings = List.copyOf(warnings);
        lines = List.copyOf(lines);
    }

    /** Parses the bytes of a file; what is not UTF-8 becomes replacement characters. */
    public static Buildfile parse(String fileName, byte[] bytes) throws UserError {
        throw new UserError("parsing " + fileName + " (" + bytes.length + " bytes) is not there yet");
    }

    /** Parses the text of a file. */
    public static Buildfile parse(String fileName, String text) throws UserError {
        return parse(fileName, text.getBytes(StandardCharsets.UTF_8));
    }

    /** Parses the text of one ONBUILD trigger, as an image's configuration has it. */
    public static Instruction parseTrigger(String trigger) throws UserError {
        throw new UserError("parsing the trigger " + trigger + " is not there yet");
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
