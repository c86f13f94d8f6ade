package dev.jbuild.buildfile;

import dev.jbuild.problem.UserError;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The rules for FROM, and the way from stage to stage. */
final class StageLinter {
    private final Buildfile file;
    private final LintSurroundings surroundings;
    private final Map<String, String> globals;
    private final Set<String> declared;
    private final LintNotes notes;
    private final WordExpander expander;

    StageLinter(
            Buildfile file,
            LintSurroundings surroundings,
            Map<String, String> globals,
            Set<String> declared,
            LintNotes notes) {
        this.file = file;
        this.surroundings = surroundings;
        this.globals = globals;
        this.declared = declared;
        this.notes = notes;
        this.expander = new WordExpander(file.escape());
    }

    /** A stage with its base and platform expanded. */
    private record Named(Stage stage, String base, Optional<String> platform) {}

    void check() throws UserError {
        List<Named> stages = new ArrayList<>();
        for (Stage stage : file.stages()) {
            stages.add(located(stage, () -> named(stage)));
        }
        Map<String, InstructionLinter> done = new HashMap<>();
        List<InstructionLinter> linters = new ArrayList<>();
        for (Named named : stages) {
            InstructionLinter linter = located(named.stage(), () -> linter(named, done));
            named.stage().name().ifPresent(name -> done.put(name, linter));
            linters.add(linter);
        }
        for (InstructionLinter linter : linters) {
            linter.check();
        }
    }

    private interface Step<T> {
        T run() throws UserError;
    }

    private <T> T located(Stage stage, Step<T> step) throws UserError {
        try {
            return step.run();
        } catch (UserError e) {
            throw file.at(stage.range(), e);
        }
    }

    private Named named(Stage stage) throws UserError {
        LintNotes local = notes.under(stage.from().origin().comments());
        Environment environment = Environment.of(globals);
        WordExpander.Result base = expander.expand(stage.baseName(), environment);
        undeclared(stage, base, local);
        if (base.word().isEmpty()) {
            throw new UserError("base name (" + stage.baseName() + ") should not be blank");
        }
        if (stage.platform().isEmpty()) {
            return new Named(stage, base.word(), Optional.empty());
        }
        WordExpander.Result platform = expander.expand(stage.platform().get(), environment);
        undeclared(stage, platform, local);
        redundantPlatform(stage, platform, local);
        constantPlatform(stage, platform, local);
        String hint = platform.unset().stream()
                .map(name -> Suggestion.suffix(name, globals.keySet()))
                .filter(text -> !text.isEmpty())
                .findFirst()
                .orElse("");
        if (platform.word().isEmpty()) {
            throw new UserError(
                    "empty platform value from expression " + stage.platform().get() + hint);
        }
        if (surroundings.platform(platform.word()).isEmpty()) {
            throw new UserError("failed to parse platform " + stage.platform().get() + hint);
        }
        return new Named(stage, base.word(), Optional.of(platform.word()));
    }

    private void undeclared(Stage stage, WordExpander.Result result, LintNotes local) {
        for (String name : result.unset()) {
            if (!declared.contains(name)) {
                String hint = Suggestion.suffix(name, declared);
                local.warn(
                        LintRule.UNDEFINED_ARG_IN_FROM,
                        stage.range(),
                        "FROM argument '" + name + "' is not declared" + hint);
            }
        }
    }

    private void redundantPlatform(Stage stage, WordExpander.Result platform, LintNotes local) {
        boolean only = platform.used().equals(Set.of("TARGETPLATFORM"))
                && platform.unset().isEmpty();
        if (only && platform.word().equals(globals.get("TARGETPLATFORM"))) {
            local.warn(
                    LintRule.REDUNDANT_TARGET_PLATFORM,
                    stage.range(),
                    "Setting platform to predefined " + stage.platform().orElse("")
                            + " in FROM is redundant as this is the default behavior");
        }
    }

    private void constantPlatform(Stage stage, WordExpander.Result platform, LintNotes local) {
        if (!platform.used().isEmpty() || !platform.unset().isEmpty()) {
            return;
        }
        Optional<List<String>> parts = surroundings.platform(platform.word());
        String name = stage.name().orElse("");
        if (parts.isPresent() && parts.get().stream().noneMatch(name::contains)) {
            local.warn(
                    LintRule.FROM_PLATFORM_FLAG_CONST_DISALLOWED,
                    stage.range(),
                    "FROM --platform flag should not use constant value " + Text.quote(platform.word()));
        }
    }

    private InstructionLinter linter(Named named, Map<String, InstructionLinter> stages) throws UserError {
        InstructionLinter parent = stages.get(Text.lower(named.base()));
        if (parent != null) {
            return InstructionLinter.on(parent, named.stage());
        }
        if (!named.base().equals("scratch") && !surroundings.isImageName(named.base())) {
            throw new UserError(
                    "failed to parse stage name " + Text.quote(named.base()) + ": invalid reference format");
        }
        LintSurroundings.Base base = surroundings.base(named.base());
        basePlatform(named, base);
        return InstructionLinter.on(base, file, named.stage(), surroundings, globals, notes);
    }

    private void basePlatform(Named named, LintSurroundings.Base base) {
        String expected = named.platform().orElse(globals.getOrDefault("TARGETPLATFORM", ""));
        String actual = base.platform().orElse(expected);
        if (!surroundings.platform(expected).equals(surroundings.platform(actual))) {
            notes.warn(
                    LintRule.INVALID_BASE_IMAGE_PLATFORM,
                    named.stage().range(),
                    "Base image " + named.base() + " was pulled with platform " + Text.quote(actual) + ", expected "
                            + Text.quote(expected) + " for current build");
        }
    }
}
