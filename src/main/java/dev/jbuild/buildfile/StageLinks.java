package dev.jbuild.buildfile;

import dev.jbuild.problem.UserError;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Finds which stages others are built on, copy from or mount. */
final class StageLinks {
    private final List<StageHead> heads;
    private final Map<String, StageHead> byName = new HashMap<>();
    private final Surroundings surroundings;

    StageLinks(List<StageHead> heads, Surroundings surroundings) {
        this.heads = heads;
        this.surroundings = surroundings;
        heads.forEach(head -> head.stage().name().ifPresent(name -> byName.put(Text.lower(name), head)));
    }

    /** The stages that count, in the order of the file. */
    List<StageHead> inScope(Scope scope) throws UserError {
        if (scope.others()) {
            return heads;
        }
        Set<StageHead> reached = new LinkedHashSet<>();
        collect(target(scope.target()), reached);
        return heads.stream().filter(reached::contains).toList();
    }

    /** The stage to build: by name, or the last one. */
    StageHead target(Optional<String> asked) throws UserError {
        if (asked.isEmpty()) {
            return heads.get(heads.size() - 1);
        }
        StageHead head = byName.get(Text.lower(asked.get()));
        if (head == null) {
            throw new UserError("target stage " + Text.quote(asked.get()) + " could not be found"
                    + Suggestion.suffix(asked.get(), names()));
        }
        return head;
    }

    private List<String> names() {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < heads.size(); i++) {
            names.add(heads.get(i).stage().name().orElse("stage-" + i));
        }
        return names;
    }

    private void collect(StageHead head, Set<StageHead> reached) {
        if (reached.add(head)) {
            sources(head).forEach(source -> collect(source, reached));
        }
    }

    /** What a stage needs directly: first what it is built on. */
    List<StageHead> sources(StageHead head) {
        List<StageHead> sources = new ArrayList<>();
        head.parent().ifPresent(sources::add);
        for (String trigger : head.triggers(surroundings)) {
            parsed(trigger, head).ifPresent(instruction -> sources(instruction, sources));
        }
        head.stage().instructions().forEach(instruction -> sources(instruction, sources));
        return sources;
    }

    /** A trigger that can't be parsed fails the build where it is carried out. */
    private static Optional<Instruction> parsed(String trigger, StageHead head) {
        try {
            return Optional.of(Buildfile.parseTrigger(trigger, head.stage().range()));
        } catch (UserError e) {
            return Optional.empty();
        }
    }

    private void sources(Instruction instruction, List<StageHead> sources) {
        if (instruction instanceof Instruction.Copy copy) {
            copy.from().flatMap(this::copySource).ifPresent(sources::add);
        } else if (instruction instanceof Instruction.Run run) {
            for (String from : run.mountSources()) {
                Optional.ofNullable(byName.get(Text.lower(from))).ifPresent(sources::add);
            }
        }
    }

    private Optional<StageHead> copySource(String from) {
        if (from.matches("\\+?[0-9]{1,9}")) {
            int index = Integer.parseInt(from);
            return index < heads.size() ? Optional.of(heads.get(index)) : Optional.empty();
        }
        return Optional.ofNullable(byName.get(Text.lower(from)));
    }
}
