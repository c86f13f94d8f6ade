package dev.jbuild.buildfile;

import dev.jbuild.problem.UserError;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The way from stage to stage, and the rule for what stages are built on. */
final class StageLinter {
    private final Buildfile file;
    private final Surroundings surroundings;
    private final Map<String, String> globals;
    private final LintNotes notes;

    StageLinter(Buildfile file, Surroundings surroundings, Map<String, String> globals, LintNotes notes) {
        this.file = file;
        this.surroundings = surroundings;
        this.globals = globals;
        this.notes = notes;
    }

    void check(List<StageHead> heads, Scope scope) throws UserError {
        for (StageHead head : heads) {
            if (head.parent().isEmpty() && !head.base().equals("scratch") && !surroundings.isImageName(head.base())) {
                throw file.at(
                        head.stage().range(),
                        new UserError("failed to parse stage name " + Text.quote(head.base())
                                + ": invalid reference format"));
            }
        }
        List<StageHead> inScope = new StageLinks(heads, surroundings).inScope(scope);
        Map<StageHead, InstructionLinter> done = new HashMap<>();
        List<InstructionLinter> linters = new ArrayList<>();
        for (StageHead head : inScope) {
            InstructionLinter linter = linter(head, done);
            done.put(head, linter);
            linters.add(linter);
        }
        for (InstructionLinter linter : linters) {
            linter.check();
        }
    }

    private InstructionLinter linter(StageHead head, Map<StageHead, InstructionLinter> done) {
        InstructionLinter parent = head.parent().map(done::get).orElse(null);
        if (parent != null) {
            return InstructionLinter.on(parent, head);
        }
        Surroundings.Base base = surroundings.base(head.base(), head.platform());
        basePlatform(head, base);
        return InstructionLinter.on(base, file, head, surroundings, globals, notes);
    }

    private void basePlatform(StageHead head, Surroundings.Base base) {
        Surroundings.PlatformName expected =
                head.platform().flatMap(surroundings::platform).orElseGet(surroundings::targetPlatform);
        Surroundings.PlatformName actual = base.platform().orElse(expected);
        if (actual.differsFrom(expected)) {
            notes.warn(
                    LintRule.INVALID_BASE_IMAGE_PLATFORM,
                    head.stage().range(),
                    "Base image " + head.base() + " was pulled with platform " + Text.quote(actual.text())
                            + ", expected " + Text.quote(expected.text()) + " for current build");
        }
    }
}
