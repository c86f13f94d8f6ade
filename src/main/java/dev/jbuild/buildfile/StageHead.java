package dev.jbuild.buildfile;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A stage whose FROM line was expanded.
 *
 * @param base the image or stage it starts from
 * @param platform the value of {@code --platform}
 * @param used the variables in the FROM line that are set
 * @param parent the stage it is built on; absent when that is an image
 */
record StageHead(Stage stage, String base, Optional<String> platform, Set<String> used, Optional<StageHead> parent) {
    StageHead {
        used = Set.copyOf(used);
    }

    /** The triggers that run before its own instructions: those of the image or stage it is built on. */
    List<String> triggers(Surroundings surroundings) {
        if (parent.isEmpty()) {
            return surroundings.base(base, platform).triggers();
        }
        return parent.get().stage().instructions().stream()
                .filter(Instruction.OnBuild.class::isInstance)
                .map(instruction -> ((Instruction.OnBuild) instruction).trigger())
                .toList();
    }
}
