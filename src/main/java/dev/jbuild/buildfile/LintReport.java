package dev.jbuild.buildfile;

import dev.jbuild.problem.UserError;
import java.util.List;
import java.util.Optional;

/**
 * What checking a Buildfile found.
 *
 * @param warnings in the order of the file
 * @param problem what would fail the build; checking went no further
 */
public record LintReport(List<LintWarning> warnings, Optional<UserError> problem) {
    public LintReport {
        warnings = List.copyOf(warnings);
    }
}
