package dev.jbuild.buildfile;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A stage that can be built, as the file says it: nothing is expanded.
 *
 * @param name empty when it has none
 * @param isDefault whether it is built when no target is asked for
 * @param description the comment above it
 */
public record BuildTarget(
        String name, boolean isDefault, String description, String base, Optional<String> platform, SourceRange range) {
    /** All stages of a file. */
    public static List<BuildTarget> of(Buildfile file) {
        List<BuildTarget> targets = new ArrayList<>();
        for (Stage stage : file.stages()) {
            boolean last = targets.size() == file.stages().size() - 1;
            targets.add(new BuildTarget(
                    stage.name().orElse(""), last, stage.doc(), stage.baseName(), stage.platform(), stage.range()));
        }
        return targets;
    }
}
