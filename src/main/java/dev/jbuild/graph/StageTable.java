package dev.jbuild.graph;

import dev.jbuild.problem.UserError;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The stages in their order, and by name. */
final class StageTable {
    private final List<StageState> stages = new ArrayList<>();
    private final Map<String, StageState> byName = new HashMap<>();

    /** Adds a stage; of its base only a stage above it can be meant. */
    void add(StageState stage) {
        stages.add(stage);
        stage.base = Optional.ofNullable(byName.get(stage.baseName));
        stage.name.ifPresent(name -> byName.put(name.toLowerCase(Locale.ROOT), stage));
    }

    List<StageState> all() {
        return List.copyOf(stages);
    }

    int size() {
        return stages.size();
    }

    Optional<StageState> named(String name) {
        return Optional.ofNullable(byName.get(name.toLowerCase(Locale.ROOT)));
    }

    StageState numbered(int index) throws UserError {
        if (index < 0 || index >= stages.size()) {
            throw new UserError("invalid stage index " + index);
        }
        return stages.get(index);
    }

    /** The stage to build: by name, or the last one. */
    StageState target(Optional<String> asked) throws UserError {
        if (asked.isEmpty()) {
            return stages.get(stages.size() - 1);
        }
        String name = asked.get();
        return named(name)
                .orElseThrow(() -> new UserError("target stage " + GoFormat.quote(name) + " could not be found"
                        + Suggestion.hint(name, shownNames())));
    }

    List<String> shownNames() {
        return stages.stream()
                .map(stage -> stage.shownName)
                .filter(name -> !name.isEmpty())
                .toList();
    }

    /** Refuses stages that copy from each other. */
    void refuseCircles() throws CircularStages {
        Set<StageState> visited = new LinkedHashSet<>();
        for (StageState stage : stages) {
            visit(stage, visited, new LinkedHashSet<>(), stage);
        }
    }

    private static void visit(StageState stage, Set<StageState> visited, Set<StageState> path, StageState start)
            throws CircularStages {
        if (!visited.add(stage)) {
            return;
        }
        path.add(stage);
        for (Map.Entry<StageState, Command> dependency : stage.dependencies.entrySet()) {
            if (path.contains(dependency.getKey())) {
                throw new CircularStages(start, dependency.getValue());
            }
            visit(dependency.getKey(), visited, path, start);
        }
        path.remove(stage);
    }

    /** Stages copy from each other in a circle. */
    static final class CircularStages extends Exception {
        private static final long serialVersionUID = 1;

        private final transient Command command;

        CircularStages(StageState start, Command command) {
            super("circular dependency detected on stage: " + start.shownName);
            this.command = command;
        }

        Command command() {
            return command;
        }
    }
}
