package dev.jbuild.buildfile;

import dev.jbuild.problem.UserError;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Checks a Buildfile against the {@link LintRule}s: all its stages, without building anything. */
public final class Linter {
    private static final Set<String> RESERVED = Set.of("context", "scratch");
    private static final String OPTIONS_ARGUMENT = "BUILDKIT_DOCKERFILE_CHECK";

    private final String fileName;
    private final byte[] bytes;
    private final Surroundings surroundings;
    private final Scope scope;
    private final LintNotes notes;

    private Linter(String fileName, byte[] bytes, Surroundings surroundings, Scope scope, LintNotes notes) {
        this.fileName = fileName;
        this.bytes = bytes;
        this.surroundings = surroundings;
        this.scope = scope;
        this.notes = notes;
    }

    /** Checks a file under the options of its {@code # check=} directive, unless the build arguments hold others. */
    public static LintReport check(String fileName, byte[] bytes, Surroundings surroundings, Scope scope) {
        if (bytes.length > Buildfile.LARGEST) {
            return new LintReport(List.of(), Optional.empty(), Optional.of(FileParser.tooLarge()));
        }
        LintNotes notes;
        try {
            notes = LintNotes.of(options(bytes, surroundings.buildArgs()));
        } catch (UserError e) {
            return new LintReport(List.of(), Optional.of(e), Optional.empty());
        }
        Linter linter = new Linter(fileName, bytes, surroundings, scope, notes);
        try {
            linter.check();
            return new LintReport(notes.warnings(), notes.violation(), Optional.empty());
        } catch (UserError e) {
            return new LintReport(notes.warnings(), Optional.empty(), Optional.of(e));
        }
    }

    /** What a file's {@code # check=} directive says, or the build arguments instead of it. */
    public static CheckOptions options(byte[] bytes, Map<String, String> buildArgs) throws UserError {
        String given = buildArgs.get(OPTIONS_ARGUMENT);
        if (given != null) {
            return parse(given, OPTIONS_ARGUMENT);
        }
        Optional<Directive> directive = Directives.find("check", Utf8.decode(bytes, 0, bytes.length));
        return directive.isPresent() ? parse(directive.get().firstWord(), "check options") : CheckOptions.DEFAULT;
    }

    private static CheckOptions parse(String text, String what) throws UserError {
        try {
            return CheckOptions.parse(text);
        } catch (UserError e) {
            throw new UserError("failed to parse " + what + ": " + e.what(), e);
        }
    }

    private void check() throws UserError {
        FileParser parser = new FileParser(fileName, bytes);
        FileParser.Parsed parsed = parser.parse();
        for (ParseWarning warning : parsed.warnings()) {
            notes.warn(LintRule.NO_EMPTY_CONTINUATION, warning.range(), "Empty continuation line");
        }
        StageReader reader = new StageReader(fileName, parser.lines(), parsed.directives());
        for (Node node : parsed.nodes()) {
            casing(node);
            Instruction instruction = reader.add(node);
            definition(instruction);
        }
        Buildfile file = new Buildfile(
                fileName,
                parsed.escape(),
                parsed.directives(),
                reader.globalArgs(),
                reader.stages(),
                parsed.warnings(),
                parser.lines());
        if (file.stages().isEmpty()) {
            throw new UserError("dockerfile contains no stages to build");
        }
        stageNames(file);
        keywordCasing(file);
        defaultBases(file);
        GlobalArgs globals = GlobalArgs.of(file, surroundings.predefined(), surroundings.buildArgs());
        List<StageHead> heads = new FromLinter(file, surroundings, globals.values(), globals.names(), notes).heads();
        new StageLinter(file, surroundings, globals.values(), notes).check(heads, scope);
    }

    /** What is checked before a line is known to be right. */
    private void casing(Node node) {
        LintNotes local = notes.under(node.comments());
        String keyword = Text.lower(node.keyword());
        if (keyword.equals("maintainer")) {
            local.warn(
                    LintRule.MAINTAINER_DEPRECATED,
                    node.range(),
                    "Maintainer instruction is deprecated in favor of using label");
        }
        List<String> words = node.words();
        if (!keyword.equals("from") || words.size() < 3) {
            return;
        }
        String stage = words.get(2);
        if (words.size() == 3 && !stage.equals(Text.lower(stage))) {
            local.warn(LintRule.STAGE_NAME_CASING, node.range(), "Stage name '" + stage + "' should be lowercase");
        }
        String as = words.get(1);
        boolean lower = node.keyword().equals(keyword);
        boolean upper = node.keyword().equals(Text.upper(keyword));
        if ((lower && !as.equals(Text.lower(as))) || (upper && !as.equals(Text.upper(as)))) {
            String detail = "'" + as + "' and '" + node.keyword() + "' keywords' casing do not match";
            local.warn(LintRule.FROM_AS_CASING, node.range(), detail);
        }
    }

    /** A comment right above a stage or argument should start with its name. */
    private void definition(Instruction instruction) {
        List<String> names = new ArrayList<>();
        if (instruction instanceof Instruction.From from) {
            from.stageName().ifPresent(names::add);
        } else if (instruction instanceof Instruction.Arg arg) {
            arg.definitions().forEach(d -> names.add(d.name()));
        }
        List<String> comments = instruction.origin().comments();
        if (names.isEmpty() || comments.isEmpty()) {
            return;
        }
        String last = comments.get(comments.size() - 1);
        int space = last.indexOf(' ');
        if (!names.contains(space < 0 ? last : last.substring(0, space))) {
            String keyword = instruction instanceof Instruction.From ? "FROM" : "ARG";
            String example = names.size() > 1 ? "<arg_key>" : names.get(0);
            notes.under(comments)
                    .warn(
                            LintRule.INVALID_DEFINITION_DESCRIPTION,
                            instruction.range(),
                            "Comment for " + keyword + " should follow the format: `# " + example + " <description>`");
        }
    }

    private void stageNames(Buildfile file) {
        Set<String> seen = new HashSet<>();
        for (Stage stage : file.stages()) {
            if (stage.name().isEmpty()) {
                continue;
            }
            String name = stage.name().get();
            if (RESERVED.contains(name)) {
                notes.warn(
                        LintRule.RESERVED_STAGE_NAME,
                        stage.range(),
                        "Stage name should not use the same name as reserved stage " + Text.quote(name));
            }
            if (!seen.add(name)) {
                notes.warn(
                        LintRule.DUPLICATE_STAGE_NAME,
                        stage.range(),
                        "Duplicate stage name " + Text.quote(name) + ", stage names should be unique");
            }
        }
    }

    private void keywordCasing(Buildfile file) {
        List<Origin> origins = new ArrayList<>();
        for (Stage stage : file.stages()) {
            origins.add(stage.from().origin());
            stage.instructions().forEach(i -> origins.add(i.origin()));
        }
        long lower = origins.stream().filter(o -> isLower(o.keyword())).count();
        long upper = origins.stream()
                .filter(o -> !isLower(o.keyword()) && isUpper(o.keyword()))
                .count();
        for (Origin origin : origins) {
            String keyword = origin.keyword();
            if (lower > upper ? !isLower(keyword) : !isUpper(keyword)) {
                String wanted = lower > upper ? "lowercase" : "uppercase";
                notes.warn(
                        LintRule.CONSISTENT_INSTRUCTION_CASING,
                        origin.range(),
                        "Command '" + keyword + "' should match the case of the command majority (" + wanted + ")");
            }
        }
    }

    private static boolean isLower(String text) {
        return text.equals(Text.lower(text));
    }

    private static boolean isUpper(String text) {
        return text.equals(Text.upper(text));
    }

    /** Base names should make sense without any argument from outside. */
    private void defaultBases(Buildfile file) {
        try {
            Map<String, String> values =
                    GlobalArgs.of(file, surroundings.predefined(), Map.of()).values();
            Environment defaults = Environment.of(values);
            WordExpander expander = new WordExpander(file.escape());
            for (Stage stage : file.stages()) {
                if (!surroundings.isImageName(expander.processWord(stage.baseName(), defaults))) {
                    notes.warn(
                            LintRule.INVALID_DEFAULT_ARG_IN_FROM,
                            stage.range(),
                            "Default value for ARG " + stage.baseName()
                                    + " results in empty or invalid base image name");
                }
            }
        } catch (UserError saidLater) {
            return;
        }
    }
}
