package dev.jbuild.buildfile;

import dev.jbuild.problem.UserError;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** The rules for what a stage's instructions do, which follows variables through the stage and those it builds on. */
final class InstructionLinter {
    private static final Set<String> NEVER_VARIABLES = Set.of("BUILDKIT_SBOM_SCAN_CONTEXT", "BUILDKIT_SBOM_SCAN_STAGE");
    private static final Pattern SECRET = Pattern.compile(
            "(?:_|^)(?:apikey|auth|credentials?|key|password|pword|passwd|secret|token)(?:_|$)",
            Pattern.CASE_INSENSITIVE);
    private static final Pattern HARMLESS =
            Pattern.compile("(?:_|^)(?:public|file|version)(?:_|$)", Pattern.CASE_INSENSITIVE);
    private static final Set<String> WHOLE_CONTEXT = Set.of("*", "**", "**/*");

    private final Optional<InstructionLinter> parent;
    private final Surroundings.Base base;
    private final Buildfile file;
    private final StageHead head;
    private final Surroundings surroundings;
    private final Map<String, String> globals;
    private final LintNotes notes;
    private final WordExpander expander;
    private final Map<String, String> variables = new LinkedHashMap<>();
    private final Set<String> arguments = new HashSet<>();
    private final Map<String, SourceRange> once = new HashMap<>();
    private boolean hasShell;
    private boolean hasWorkdir;

    private InstructionLinter(
            Optional<InstructionLinter> parent,
            Surroundings.Base base,
            Buildfile file,
            StageHead head,
            Surroundings surroundings,
            Map<String, String> globals,
            LintNotes notes) {
        this.parent = parent;
        this.base = base;
        this.file = file;
        this.head = head;
        this.surroundings = surroundings;
        this.globals = globals;
        this.notes = notes;
        this.expander = new WordExpander(file.escape());
    }

    static InstructionLinter on(
            Surroundings.Base base,
            Buildfile file,
            StageHead head,
            Surroundings surroundings,
            Map<String, String> globals,
            LintNotes notes) {
        return new InstructionLinter(Optional.empty(), base, file, head, surroundings, globals, notes);
    }

    static InstructionLinter on(InstructionLinter parent, StageHead head) {
        return new InstructionLinter(
                Optional.of(parent), parent.base, parent.file, head, parent.surroundings, parent.globals, parent.notes);
    }

    /** Checks the stage; the one it builds on was checked before. */
    void check() throws UserError {
        variables.putAll(base.environment());
        hasShell = base.hasShell();
        parent.ifPresent(p -> {
            variables.putAll(p.variables);
            arguments.addAll(p.arguments);
            hasShell = p.hasShell;
            hasWorkdir = p.hasWorkdir;
        });
        List<String> triggers = head.triggers(surroundings);
        for (String trigger : triggers) {
            checkAt(
                    head.stage().range(),
                    () -> Buildfile.parseTrigger(trigger, head.stage().range()));
        }
        for (Instruction instruction : head.stage().instructions()) {
            checkAt(instruction.range(), () -> instruction);
        }
    }

    private interface Reading {
        Instruction read() throws UserError;
    }

    private void checkAt(SourceRange range, Reading reading) throws UserError {
        try {
            Instruction instruction = reading.read();
            check(instruction, notes.under(instruction.origin().comments()));
        } catch (UserError e) {
            throw file.at(range, e);
        }
    }

    private void check(Instruction written, LintNotes local) throws UserError {
        if (written instanceof Instruction.Arg arg) {
            argument(arg, local);
            return;
        }
        Instruction instruction = written.expand(word -> word(expander, word, written, local))
                .expandContents(text -> word(WordExpander.forContents(), text, written, local));
        if (instruction instanceof Instruction.Env env) {
            env(env, local);
        } else if (instruction instanceof Instruction.Label label) {
            label.pairs().forEach(pair -> legacy(pair, label, local));
        } else if (instruction instanceof Instruction.Shell) {
            hasShell = true;
        } else if (instruction instanceof Instruction.Workdir workdir) {
            boolean judged =
                    base.known() || !((Instruction.Workdir) written).path().contains("$");
            workdir(workdir, judged, local);
        } else if (instruction instanceof Instruction.Cmd cmd) {
            usedOnce("cmd", cmd, local);
            execForm(cmd.command(), cmd, local);
        } else if (instruction instanceof Instruction.Entrypoint entrypoint) {
            usedOnce("entrypoint", entrypoint, local);
            execForm(entrypoint.command(), entrypoint, local);
        } else if (instruction instanceof Instruction.Healthcheck healthcheck) {
            usedOnce("healthcheck", healthcheck, local);
        } else if (instruction instanceof Instruction.Expose expose) {
            expose(expose, local);
        } else if (instruction instanceof Instruction.Copy copy && copy.from().isEmpty()) {
            copy.sources().forEach(source -> ignored(source, "Copy", copy, local));
        } else if (instruction instanceof Instruction.Add add) {
            add.sources().stream()
                    .filter(source -> !isRemote(source))
                    .forEach(source -> ignored(source, "Add", add, local));
        }
    }

    private String word(WordExpander with, String word, Instruction instruction, LintNotes local) throws UserError {
        WordExpander.Result result = with.expand(word, Environment.of(variables));
        for (String name : result.unset()) {
            if (base.known() && !arguments.contains(name) && !NEVER_VARIABLES.contains(name)) {
                String hint = Suggestion.nearest(name, variables.keySet())
                        .map(near -> " (did you mean $" + near + "?)")
                        .orElse("");
                local.warn(
                        LintRule.UNDEFINED_VAR,
                        instruction.range(),
                        "Usage of undefined variable '$" + name + "'" + hint);
            }
        }
        return result.word();
    }

    private void argument(Instruction.Arg arg, LintNotes local) throws UserError {
        for (Instruction.Arg.Definition d : arg.definitions()) {
            secret("ARG", d.name(), arg, local);
            Optional<String> given =
                    Optional.ofNullable(surroundings.buildArgs().get(d.name()));
            Optional<String> value = given;
            if (given.isEmpty() && d.value().isPresent()) {
                value = Optional.of(word(expander, d.value().get(), arg, local));
            } else if (given.isEmpty()) {
                value = Optional.ofNullable(globals.get(d.name()));
            }
            if (!NEVER_VARIABLES.contains(d.name())) {
                value.ifPresent(v -> variables.put(d.name(), v));
            }
            arguments.add(d.name());
        }
    }

    private void env(Instruction.Env env, LintNotes local) {
        for (KeyValue pair : env.pairs()) {
            legacy(pair, env, local);
            secret("ENV", pair.key(), env, local);
            variables.put(pair.key(), pair.value());
        }
    }

    private static void legacy(KeyValue pair, Instruction instruction, LintNotes local) {
        if (pair.legacy()) {
            String keyword = instruction.origin().keyword();
            local.warn(
                    LintRule.LEGACY_KEY_VALUE_FORMAT,
                    instruction.range(),
                    "\"" + keyword + " key=value\" should be used instead of legacy \"" + keyword
                            + " key value\" format");
        }
    }

    private static void secret(String keyword, String name, Instruction instruction, LintNotes local) {
        if (SECRET.matcher(name).find() && !HARMLESS.matcher(name).find()) {
            local.warn(
                    LintRule.SECRETS_USED_IN_ARG_OR_ENV,
                    instruction.range(),
                    "Do not use ARG or ENV instructions for sensitive data (" + keyword + " " + Text.quote(name) + ")");
        }
    }

    private void workdir(Instruction.Workdir workdir, boolean judged, LintNotes local) {
        if (!hasWorkdir && judged && !workdir.path().startsWith("/")) {
            local.warn(
                    LintRule.WORKDIR_RELATIVE_PATH,
                    workdir.range(),
                    "Relative workdir " + Text.quote(workdir.path())
                            + " can have unexpected results if the base image changes");
        }
        hasWorkdir = true;
    }

    /** Of several only the last one counts, so the warning is about the one before. */
    private void usedOnce(String kind, Instruction instruction, LintNotes local) {
        SourceRange before = once.put(kind, instruction.range());
        if (before != null) {
            local.warn(
                    LintRule.MULTIPLE_INSTRUCTIONS_DISALLOWED,
                    before,
                    "Multiple " + instruction.origin().keyword()
                            + " instructions should not be used in the same stage because only the last one"
                            + " will be used");
        }
    }

    private void execForm(CommandLine command, Instruction instruction, LintNotes local) {
        if (command.shell() && !hasShell && base.known()) {
            local.warn(
                    LintRule.JSON_ARGS_RECOMMENDED,
                    instruction.range(),
                    "JSON arguments recommended for " + instruction.origin().keyword()
                            + " to prevent unintended behavior related to OS signals");
        }
    }

    private void expose(Instruction.Expose expose, LintNotes local) throws UserError {
        for (String written : expose.ports()) {
            for (String port : expander.processWords(written, Environment.of(variables))) {
                ExposedPorts.Parts parts = ExposedPorts.Parts.of(port);
                if (!parts.protocol().equals(Text.lower(parts.protocol()))) {
                    local.warn(
                            LintRule.EXPOSE_PROTO_CASING,
                            expose.range(),
                            "Defined protocol '" + port + "' in EXPOSE instruction should be lowercase");
                }
                if (!parts.address().isEmpty() || !parts.host().isEmpty()) {
                    local.warn(
                            LintRule.EXPOSE_INVALID_FORMAT,
                            expose.range(),
                            "EXPOSE instruction should not define an IP address or host-port mapping, found '" + port
                                    + "'");
                }
                ExposedPorts.parse(port);
            }
        }
    }

    private static boolean isRemote(String source) {
        return source.startsWith("http://")
                || source.startsWith("https://")
                || source.startsWith("git@")
                || source.startsWith("git://")
                || source.startsWith("ssh://");
    }

    private void ignored(String source, String verb, Instruction instruction, LintNotes local) {
        Optional<IgnorePatterns> ignore = surroundings.ignorePatterns();
        if (ignore.isEmpty() || ignore.get().hasExceptions()) {
            return;
        }
        String path = CleanPath.of(source);
        boolean whole = path.equals(".") || path.equals("/");
        boolean ignored = whole
                ? ignore.get().patterns().stream().anyMatch(WHOLE_CONTEXT::contains)
                : ignore.get().ignores(path);
        if (ignored) {
            local.warn(
                    LintRule.COPY_IGNORED_FILE,
                    instruction.range(),
                    "Attempting to " + verb + " file " + Text.quote(path) + " that is excluded by .dockerignore");
        }
    }
}
