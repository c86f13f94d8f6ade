package dev.jbuild.buildfile;

import dev.jbuild.problem.UserError;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Finds what a target and the stages it needs use from outside. */
final class Outliner {
    private final Buildfile file;
    private final Surroundings surroundings;
    private final Map<StageHead, StageOutline> done = new HashMap<>();

    Outliner(Buildfile file, Surroundings surroundings) {
        this.file = file;
        this.surroundings = surroundings;
    }

    Outline outline(Optional<String> asked) throws UserError {
        if (file.stages().isEmpty()) {
            throw new UserError("dockerfile contains no stages to build");
        }
        GlobalArgs globals = GlobalArgs.of(file, surroundings.predefined(), surroundings.buildArgs());
        LintNotes silent = LintNotes.of(CheckOptions.DEFAULT);
        List<StageHead> heads = new FromLinter(file, surroundings, globals.values(), globals.names(), silent).heads();
        StageLinks links = new StageLinks(heads, surroundings);
        StageHead target = links.target(asked);
        for (StageHead head : links.inScope(Scope.of(asked))) {
            Optional<StageOutline> parent = head.parent().map(done::get);
            StageOutline stage = new StageOutline(file, head, parent, surroundings, globals);
            stage.read();
            done.put(head, stage);
        }
        List<StageOutline> order = new ArrayList<>();
        collect(target, links, new HashSet<>(), order);
        return outline(target.stage(), order);
    }

    /** The stages from the target on down, each before what it needs: the first that has a name wins. */
    private void collect(StageHead head, StageLinks links, Set<StageHead> seen, List<StageOutline> order) {
        StageOutline stage = done.get(head);
        if (stage != null && seen.add(head)) {
            order.add(stage);
            links.sources(head).forEach(source -> collect(source, links, seen, order));
        }
    }

    private static Outline outline(Stage target, List<StageOutline> order) {
        Map<String, Outline.Arg> args = new HashMap<>();
        Map<String, Outline.Requirement> secrets = new HashMap<>();
        Map<String, Outline.Requirement> agents = new HashMap<>();
        for (StageOutline stage : order) {
            stage.args().forEach(arg -> args.putIfAbsent(arg.name(), arg));
            stage.secrets().forEach(secrets::putIfAbsent);
            stage.agents().forEach(agents::putIfAbsent);
        }
        return new Outline(
                target.name().orElse(""),
                target.doc(),
                args.values().stream()
                        .sorted(Comparator.comparing(
                                        (Outline.Arg arg) -> arg.range().startLine())
                                .thenComparing(Outline.Arg::name))
                        .toList(),
                sorted(secrets),
                sorted(agents));
    }

    private static List<Outline.Requirement> sorted(Map<String, Outline.Requirement> requirements) {
        return requirements.values().stream()
                .sorted(Comparator.comparing(
                                (Outline.Requirement item) -> item.range().startLine())
                        .thenComparing(Outline.Requirement::id))
                .toList();
    }
}
