package dev.jbuild.buildfile;

import dev.jbuild.problem.UserError;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Expands the FROM lines of a file, and checks the rules for them. */
final class FromLinter {
    private final Buildfile file;
    private final Surroundings surroundings;
    private final Map<String, String> globals;
    private final Set<String> declared;
    private final LintNotes notes;
    private final WordExpander expander;

    /**
     * @param globals the arguments that FROM can use
     * @param declared their names, set or not
     */
    FromLinter(
            Buildfile file,
            Surroundings surroundings,
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

    List<StageHead> heads() throws UserError {
        List<StageHead> heads = new ArrayList<>();
        Map<String, StageHead> byName = new HashMap<>();
        for (Stage stage : file.stages()) {
            StageHead head;
            try {
                head = head(stage, byName);
            } catch (UserError e) {
                throw file.at(stage.range(), e);
            }
            stage.name().ifPresent(name -> byName.put(Text.lower(name), head));
            heads.add(head);
        }
        return heads;
    }

    private StageHead head(Stage stage, Map<String, StageHead> byName) throws UserError {
        LintNotes local = notes.under(stage.from().origin().comments());
        Environment environment = Environment.of(globals);
        WordExpander.Result base = expander.expand(stage.baseName(), environment);
        undeclared(stage, base, local);
        if (base.word().isEmpty()) {
            throw new UserError("base name (" + stage.baseName() + ") should not be blank");
        }
        Optional<StageHead> parent = Optional.ofNullable(byName.get(base.word()));
        if (stage.platform().isEmpty()) {
            return new StageHead(stage, base.word(), Optional.empty(), base.used(), parent);
        }
        WordExpander.Result platform = platform(stage, environment, local);
        Set<String> used = new HashSet<>(base.used());
        used.addAll(platform.used());
        return new StageHead(stage, base.word(), Optional.of(platform.word()), used, parent);
    }

    private WordExpander.Result platform(Stage stage, Environment environment, LintNotes local) throws UserError {
        String written = stage.platform().orElse("");
        WordExpander.Result platform = expander.expand(written, environment);
        undeclared(stage, platform, local);
        redundantPlatform(stage, platform, local);
        constantPlatform(stage, platform, local);
        String hint = platform.unset().stream()
                .map(name -> Suggestion.suffix(name, globals.keySet()))
                .filter(text -> !text.isEmpty())
                .findFirst()
                .orElse("");
        if (platform.word().isEmpty()) {
            throw new UserError("empty platform value from expression " + written + hint);
        }
        if (surroundings.platform(platform.word()).isEmpty()) {
            throw new UserError("failed to parse platform " + written + hint);
        }
        return platform;
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
        Optional<Surroundings.PlatformName> constant = surroundings.platform(platform.word());
        String name = stage.name().orElse("");
        if (constant.isPresent()
                && !name.contains(constant.get().os())
                && !name.contains(constant.get().architecture())) {
            local.warn(
                    LintRule.FROM_PLATFORM_FLAG_CONST_DISALLOWED,
                    stage.range(),
                    "FROM --platform flag should not use constant value " + Text.quote(platform.word()));
        }
    }
}
