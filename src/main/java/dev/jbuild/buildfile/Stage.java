package dev.jbuild.buildfile;

import java.util.List;
import java.util.Optional;

/** A FROM and what follows it up to the next one. */
public record Stage(Instruction.From from, List<Instruction> instructions) {
    public Stage {
        instructions = List.copyOf(instructions);
    }

    /** The name after AS, in lower case. */
    public Optional<String> name() {
        return from.stageName();
    }

    /** The image or stage it starts from, as written: variables are not expanded. */
    public String baseName() {
        return from.baseName();
    }

    /** The value of {@code --platform} as written. */
    public Optional<String> platform() {
        return from.platform();
    }

    /** The comment that describes the stage, or an empty text. */
    public String doc() {
        return from.doc();
    }

    /** The lines of the FROM. */
    public SourceRange range() {
        return from.range();
    }
}
