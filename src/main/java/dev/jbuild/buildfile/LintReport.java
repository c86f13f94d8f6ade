package dev.jbuild.buildfile;

import dev.jbuild.problem.UserError;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * What checking a Buildfile found.
 *
 * @param warnings in the order in which BuildKit finds them
 * @param refusal why the file may not be built although it could be: check options that can't be read, or warnings where it
 *     says that they are errors
 * @param problem what would fail the build; checking went no further
 */
public record LintReport(List<LintWarning> warnings, Optional<UserError> refusal, Optional<UserError> problem) {
    public LintReport {
        warnings = List.copyOf(warnings);
    }

    /** The warnings in the order of the file, each once. */
    public List<LintWarning> inFileOrder() {
        return warnings.stream()
                .distinct()
                .sorted(Comparator.comparingInt(w -> w.range().startLine()))
                .toList();
    }
}
