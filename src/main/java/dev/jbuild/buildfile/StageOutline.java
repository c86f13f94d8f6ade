package dev.jbuild.buildfile;

import dev.jbuild.problem.UserError;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What one stage uses from outside, for which its variables are followed. */
final class StageOutline {
    private static final String DEFAULT_AGENT = "default";

    private final Buildfile file;
    private final StageHead head;
    private final Optional<StageOutline> parent;
    private final Surroundings surroundings;
    private final GlobalArgs globals;
    private final WordExpander expander;
    private final Map<String, String> variables = new LinkedHashMap<>();
    private final Map<String, Outline.Arg> known = new HashMap<>();
    private final Set<String> used = new HashSet<>();
    private final Map<String, Outline.Requirement> secrets = new LinkedHashMap<>();
    private final Map<String, Outline.Requirement> agents = new LinkedHashMap<>();

    StageOutline(
            Buildfile file,
            StageHead head,
            Optional<StageOutline> parent,
            Surroundings surroundings,
            GlobalArgs globals) {
        this.file = file;
        this.head = head;
        this.parent = parent;
        this.surroundings = surroundings;
        this.globals = globals;
        this.expander = new WordExpander(file.escape());
    }

    void read() throws UserError {
        if (parent.isPresent()) {
            variables.putAll(parent.get().variables);
        } else {
            variables.putAll(surroundings.base(head.base(), head.platform()).environment());
        }
        globals.defined().forEach((name, info) -> known.put(name, arg(info)));
        used.addAll(head.used());
        SourceRange from = head.stage().range();
        for (String trigger : head.triggers(surroundings)) {
            read(from, Buildfile.parseTrigger(trigger, from));
        }
        for (Instruction instruction : head.stage().instructions()) {
            read(instruction.range(), instruction);
        }
    }

    private static Outline.Arg arg(GlobalArgs.Info info) {
        return new Outline.Arg(
                info.definition().name(),
                info.value().orElse(""),
                info.definition().doc(),
                info.range());
    }

    private void read(SourceRange range, Instruction instruction) throws UserError {
        try {
            if (instruction instanceof Instruction.Arg arg) {
                for (Instruction.Arg.Definition definition : arg.definitions()) {
                    argument(definition, range);
                }
            } else if (instruction instanceof Instruction.Env env) {
                env.expand(this::word).pairs().forEach(pair -> variables.put(pair.key(), pair.value()));
            } else if (instruction instanceof Instruction.Run run) {
                run.expand(this::word).mounts().forEach(mount -> mount(mount, range));
            }
        } catch (UserError e) {
            throw file.at(range, e);
        }
    }

    private String word(String word) throws UserError {
        return expander.processWord(word, Environment.of(variables));
    }

    private void argument(Instruction.Arg.Definition definition, SourceRange range) throws UserError {
        String name = definition.name();
        Optional<String> given = Optional.ofNullable(surroundings.buildArgs().get(name));
        boolean inherited = given.isEmpty()
                && definition.value().isEmpty()
                && globals.values().containsKey(name);
        Optional<String> value = given;
        if (inherited) {
            value = Optional.ofNullable(globals.values().get(name));
        } else if (given.isEmpty() && definition.value().isPresent()) {
            value = Optional.of(word(definition.value().get()));
        }
        value.ifPresent(v -> variables.put(name, v));
        if (!inherited) {
            known.put(name, new Outline.Arg(name, value.orElse(""), definition.doc(), range));
        }
        used.add(name);
    }

    private void mount(Mount mount, SourceRange range) {
        if (mount.type() == Mount.Type.SECRET) {
            String id = mount.source().isEmpty() ? mount.id() : mount.source();
            String name = id.isEmpty() ? mount.target().substring(mount.target().lastIndexOf('/') + 1) : id;
            secrets.putIfAbsent(name, new Outline.Requirement(name, mount.required(), range));
        } else if (mount.type() == Mount.Type.SSH) {
            String id = mount.id().isEmpty() ? DEFAULT_AGENT : mount.id();
            agents.putIfAbsent(id, new Outline.Requirement(id, mount.required(), range));
        }
    }

    /** The arguments that this stage uses, directly or for the values of others. */
    List<Outline.Arg> args() {
        Set<String> all = new HashSet<>();
        used.forEach(name -> collect(name, all));
        List<Outline.Arg> args = new ArrayList<>();
        for (String name : all) {
            Outline.Arg arg = known.get(name);
            if (arg != null) {
                args.add(arg);
            }
        }
        return args;
    }

    private void collect(String name, Set<String> all) {
        GlobalArgs.Info global = globals.defined().get(name);
        Outline.Arg arg = known.get(name);
        boolean first = all.add(name);
        if (first && global != null && arg != null && arg.range().equals(global.range())) {
            global.uses().forEach(use -> collect(use, all));
        }
    }

    Map<String, Outline.Requirement> secrets() {
        return secrets;
    }

    Map<String, Outline.Requirement> agents() {
        return agents;
    }
}
