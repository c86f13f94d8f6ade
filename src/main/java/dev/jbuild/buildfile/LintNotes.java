package dev.jbuild.buildfile;

import dev.jbuild.problem.UserError;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Collects warnings of those rules that count. */
final class LintNotes {
    private final List<LintWarning> warnings;
    private final CheckOptions options;

    private LintNotes(List<LintWarning> warnings, CheckOptions options) {
        this.warnings = warnings;
        this.options = options;
    }

    static LintNotes of(CheckOptions options) {
        return new LintNotes(new ArrayList<>(), options);
    }

    /** The same notes, but with the options that a comment above an instruction adds. */
    LintNotes under(List<String> comments) {
        for (String comment : comments) {
            Optional<CheckOptions> local = local(comment);
            if (local.isPresent()) {
                return new LintNotes(warnings, options.plus(local.get()));
            }
        }
        return this;
    }

    private static Optional<CheckOptions> local(String comment) {
        try {
            Optional<Directive> directive = new DirectiveReader("", 0).read(comment);
            return directive.isPresent() && directive.get().name().equals("check")
                    ? Optional.of(CheckOptions.parse(directive.get().firstWord()))
                    : Optional.empty();
        } catch (UserError notOptions) {
            return Optional.empty();
        }
    }

    void warn(LintRule rule, SourceRange range, String detail) {
        boolean counts = rule.isExperimental()
                ? options.experimentalAll() || options.experimental().contains(rule.title())
                : !options.skipAll() && !options.skip().contains(rule.title());
        if (counts) {
            warnings.add(new LintWarning(rule, detail, range));
        }
    }

    /** The failure that warnings are, if the file asks for that. */
    Optional<UserError> violation() {
        Set<String> rules = new LinkedHashSet<>();
        warnings.forEach(warning -> rules.add(warning.rule().title()));
        return options.failOnWarning() && !rules.isEmpty()
                ? Optional.of(new UserError("lint violation found for rules: " + String.join(", ", rules)))
                : Optional.empty();
    }

    /** In the order in which they were found. */
    List<LintWarning> warnings() {
        return warnings;
    }
}
